import type { SelfTest } from '../../engine/self-test.js'
import { servePage, serveSilence } from './peers/http-peer.js'

const mediaType = 'text/plain; version=0.0.4'
const at = (port: number) => ({
  input: { url: `http://127.0.0.1:${port}/metrics`, names: ['selftest_requests_total'] },
})

export const selfTest: SelfTest = {
  kind: 'prometheus',
  expect:
    'facts.status == 200 && facts.parsable && size(facts.missing) == 0 && facts.values["selftest_requests_total"] == 42.0',
  cases: [
    {
      meets: 'a page of metrics',
      end: 'pass',
      arrange: async (workbench) =>
        at(
          await servePage(
            workbench,
            '200 OK',
            mediaType,
            '# TYPE selftest_requests_total counter\nselftest_requests_total{way="in"} 40\nselftest_requests_total{way="out"} 2\n',
          ),
        ),
    },
    {
      meets: 'a page with another count',
      end: 'fail',
      arrange: async (workbench) => at(await servePage(workbench, '200 OK', mediaType, 'selftest_requests_total 41\n')),
    },
    {
      meets: 'a page without metrics',
      end: 'fail',
      arrange: async (workbench) => at(await servePage(workbench, '200 OK', mediaType, '<title>Welcome</title>\n')),
    },
    {
      meets: 'a peer that is silent',
      end: 'unknown',
      timeout: 1000,
      arrange: async (workbench) => at(await serveSilence(workbench)),
    },
  ],
}
