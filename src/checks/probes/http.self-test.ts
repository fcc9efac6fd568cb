import type { SelfTest } from '../../engine/self-test.js'
import { servePage, serveSilence } from './peers/http-peer.js'

const at = (port: number) => ({ input: { url: `http://127.0.0.1:${port}/health` } })

export const selfTest: SelfTest = {
  kind: 'http',
  expect: 'facts.status == 200 && facts.isJson && facts.json.status == "healthy"',
  cases: [
    {
      meets: 'a healthy page',
      end: 'pass',
      arrange: async (workbench) =>
        at(await servePage(workbench, '200 OK', 'application/json', '{"status":"healthy"}')),
    },
    {
      meets: 'the same page with another status',
      end: 'fail',
      arrange: async (workbench) =>
        at(await servePage(workbench, '503 Service Unavailable', 'application/json', '{"status":"healthy"}')),
    },
    {
      meets: 'a page of another service',
      end: 'fail',
      arrange: async (workbench) => at(await servePage(workbench, '200 OK', 'text/html', '<title>Welcome</title>{}')),
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
