import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SelfTest } from '../../engine/self-test.js'

/** Writes a recorded machine on which process 42 is in some state, and a pid file that names it. */
function recorded(folder: string, state: string): { readonly input: unknown } {
  mkdirSync(join(folder, '42/fd'), { recursive: true })
  writeFileSync(join(folder, 'stat'), 'btime 1700000000\n')
  writeFileSync(join(folder, '42/stat'), `42 (bus (main)) ${state} 1 42 42 ${'0 '.repeat(15)}500 0 0\n`)
  writeFileSync(join(folder, '42/status'), 'Name:\tbus\nUid:\t0\t0\t0\t0\nVmRSS:\t    1000 kB\n')
  writeFileSync(join(folder, 'bus.pid'), '42\n')
  return { input: { 'pid-file': join(folder, 'bus.pid'), 'proc-root': folder } }
}

export const selfTest: SelfTest = {
  kind: 'process',
  expect: 'facts.running && facts.ownerUid == 0 && facts.rssBytes < 2000000',
  cases: [
    { meets: 'a recorded process that runs', end: 'pass', arrange: ({ folder }) => recorded(folder, 'S') },
    { meets: 'a recorded process that has ended', end: 'fail', arrange: ({ folder }) => recorded(folder, 'Z') },
    {
      meets: 'a pid file that is not there',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { 'pid-file': join(folder, 'bus.pid') } }),
    },
    {
      meets: 'a port without a listener',
      end: 'fail',
      arrange: async (workbench) => ({ input: { port: await workbench.refusingPort() } }),
    },
    {
      meets: 'a folder where the figures are expected',
      end: 'unknown',
      arrange: ({ folder }) => {
        const recording = recorded(folder, 'S')
        rmSync(join(folder, '42/stat'))
        mkdirSync(join(folder, '42/stat'))
        return recording
      },
    },
  ],
}
