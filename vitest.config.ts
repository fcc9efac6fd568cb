import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 90_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // One more than the cores of a small machine: half of the time a test waits for a process or a server.
    maxWorkers: 3,
    reporters: ['default', './test/tally.ts'],
  },
})
