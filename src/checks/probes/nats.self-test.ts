import type { SelfTest, Workbench } from '../../engine/self-test.js'
import { serveNats } from './peers/nats-peer.js'
import { serveSilence } from './peers/http-peer.js'

const subject = 'selftest.probe'
const at = (port: number, password = 'right') => ({
  input: { url: `nats://selftest:${password}@127.0.0.1:${port}`, subject },
})
const server = async (workbench: Workbench, forbidden?: string) =>
  (
    await serveNats(workbench, {
      user: 'selftest',
      password: 'right',
      ...(forbidden === undefined ? {} : { forbidden }),
    })
  ).port

export const selfTest: SelfTest = {
  kind: 'nats',
  expect: 'facts.reached == "roundtrip" && facts.canPublish && facts.canSubscribe',
  cases: [
    {
      meets: 'a server that returns the message',
      end: 'pass',
      arrange: async (workbench) => at(await server(workbench)),
    },
    { meets: 'another password', end: 'fail', arrange: async (workbench) => at(await server(workbench), 'wrong') },
    { meets: 'a forbidden subject', end: 'fail', arrange: async (workbench) => at(await server(workbench, subject)) },
    { meets: 'a port that refuses', end: 'fail', arrange: async (workbench) => at(await workbench.refusingPort()) },
    {
      meets: 'a peer that is silent',
      end: 'unknown',
      timeout: 1000,
      arrange: async (workbench) => at(await serveSilence(workbench)),
    },
  ],
}
