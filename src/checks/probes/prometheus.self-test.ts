import type { SelfTest, Workbench } from '../../engine/self-test.js'
import { servePage, serveSilence } from './peers/http-peer.js'

const mediaType = 'text/plain; version=0.0.4'

const metric = 'selftest_requests_total'

const at = (port: number) => ({
  input: {
    url: `http://127.0.0.1:${port}/metrics`,
    names: [metric],
    series: { errors: { metric, where: { status: '5xx' } }, all: { metric } },
    ratios: { errors: { of: 'errors', in: 'all', atLeast: 20 } },
  },
})

const page = (served: number, failed: number): string =>
  `# TYPE ${metric} counter\n${metric}{status="200",path="/{a}"} ${served}\n${metric}{path="/{a}",status="503"} ${failed}\n`

const counting = (...pages: readonly [string, ...string[]]) => ({
  arrange: async (workbench: Workbench) => at(await servePage(workbench, '200 OK', mediaType, ...pages)),
})

export const selfTest: SelfTest = {
  kind: 'prometheus',
  sample: { times: 2, every: 1 },
  expect: `facts.status == 200 && facts.parsable && size(facts.missing) == 0 && facts.values["${metric}"] == 42.0 && facts.rates.all > 0.0 && facts.ratios.errors.value <= 0.05`,
  cases: [
    { meets: 'a page of metrics, one request in twenty failed', end: 'pass', ...counting(page(20, 1), page(40, 2)) },
    { meets: 'a page with another count', end: 'fail', ...counting(page(20, 0), page(40, 1)) },
    { meets: 'one request in ten failed', end: 'fail', ...counting(page(19, 1), page(39, 3)) },
    { meets: 'fewer requests than a ratio needs', end: 'unknown', ...counting(page(21, 2), page(40, 2)) },
    { meets: 'a counter that was reset', end: 'unknown', ...counting(page(20, 9), page(41, 1)) },
    { meets: 'a page without metrics', end: 'fail', ...counting('<title>Welcome</title>\n') },
    {
      meets: 'a peer that is silent',
      end: 'unknown',
      timeout: 1000,
      arrange: async (workbench) => at(await serveSilence(workbench)),
    },
  ],
}
