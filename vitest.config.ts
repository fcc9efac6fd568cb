import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.js'
import { temporaryFolder } from './test/temporary-folder.js'

// With it every start of Node reads all of the system's certificates, which takes as long again as the start itself. No
// test needs it.
delete process.env['NODE_EXTRA_CA_CERTS']

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 90_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // Every file anew would import and warm up the whole product some two hundred times, which is a third of the work.
    // Nothing is mocked, so there is nothing in a module that one file could leave behind for the next.
    isolate: false,
    // What is built runs as Node loads it: tests that call it must have the same modules as what it imports itself.
    server: { deps: { external: [new RegExp(`^${join(import.meta.dirname, 'dist')}/`)] } },
    // Twice the cores of a small machine: half of the time a test waits for a process or a server.
    maxWorkers: 4,
    setupFiles: ['test/property-seed.ts'],
    env: { TMPDIR: temporaryFolder() },
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/tally.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      // A run with failures still says what it reached.
      reportOnFailure: true,
    },
  },
})
