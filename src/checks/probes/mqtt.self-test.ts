import type { SelfTest } from '../../engine/self-test.js'
import { serveSilence } from './peers/http-peer.js'
import { serveMqtt } from './peers/mqtt-peer.js'

const account = { user: 'selftest', password: 'right' }
const at = (port: number, password = 'right') => ({ input: { url: `mqtt://selftest:${password}@127.0.0.1:${port}` } })

export const selfTest: SelfTest = {
  kind: 'mqtt',
  expect: 'facts.reached == "roundtrip" && facts.echoed',
  cases: [
    {
      meets: 'a server that returns the message',
      end: 'pass',
      arrange: async (workbench) => at(await serveMqtt(workbench, account)),
    },
    {
      meets: 'another password',
      end: 'fail',
      arrange: async (workbench) => at(await serveMqtt(workbench, account), 'wrong'),
    },
    {
      meets: 'a server that acknowledges the message and drops it',
      end: 'fail',
      timeout: 2000,
      arrange: async (workbench) => at(await serveMqtt(workbench, { ...account, drops: true })),
    },
    { meets: 'a port that refuses', end: 'fail', arrange: async (workbench) => at(await workbench.refusingPort()) },
    {
      meets: 'a peer that is silent',
      end: 'unknown',
      timeout: 1000,
      arrange: async (workbench) => at(await serveSilence(workbench)),
    },
  ],
}
