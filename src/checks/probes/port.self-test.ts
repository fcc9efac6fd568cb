import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { SelfTest } from '../../engine/self-test.js'

export const selfTest: SelfTest = {
  kind: 'port',
  expect: 'facts.listening && facts.loopbackOnly',
  cases: [
    {
      meets: 'a port that is listened on for this machine',
      end: 'pass',
      arrange: async (workbench) => ({ input: { port: await workbench.serve(() => undefined) } }),
    },
    {
      meets: 'a port without a listener',
      end: 'fail',
      arrange: async (workbench) => ({ input: { port: await workbench.refusingPort() } }),
    },
    {
      meets: 'a folder in which nothing is recorded',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { port: 1, 'proc-root': folder } }),
    },
    {
      meets: 'a folder where the table of sockets is expected',
      end: 'unknown',
      arrange: ({ folder }) => {
        mkdirSync(join(folder, 'self/net/tcp'), { recursive: true })
        return { input: { port: 1, 'proc-root': folder } }
      },
    },
  ],
}
