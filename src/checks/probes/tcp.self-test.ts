import type { SelfTest } from '../../engine/self-test.js'
import { deafPort } from './peers/http-peer.js'

const at = (port: number) => ({ input: { host: '127.0.0.1', port } })

export const selfTest: SelfTest = {
  kind: 'tcp',
  expect: 'facts.open && facts.remoteAddress == "127.0.0.1"',
  cases: [
    {
      meets: 'a port that accepts',
      end: 'pass',
      arrange: async (workbench) => at(await workbench.serve(() => undefined)),
    },
    { meets: 'a port that refuses', end: 'fail', arrange: async (workbench) => at(await workbench.refusingPort()) },
    {
      meets: 'a port that does not answer',
      end: 'unknown',
      timeout: 1000,
      arrange: async (workbench) => at(await deafPort(workbench)),
    },
  ],
}
