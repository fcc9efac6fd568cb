import { z } from 'zod'
import { Secret } from '../../redaction/secret-value.js'
import { credential } from '../../net/credential.js'
import { wholeNumber, blankOf, ladderFacts, noProblem } from '../../base/facts.js'
import { defineProbe } from '../../engine/probe.js'
import { climb } from '../../net/climb-ladder.js'
import {
  clientCertificateInputs,
  clientCertificateProblems,
  clientFiles,
  isKeyOfCertificate,
  keyNeedsCertificate,
} from '../../net/client-certificate.js'
import { isTokenHeaderFree, loginInput, loginProblems, tokenHeaderTaken, type LoggedIn } from '../../net/http/login.js'
import { readExposition } from '../../net/prometheus/exposition.js'
import { headersInput, trustInputs, refuseUnobserved, mediaType } from '../../net/http/web-facts.js'
import { refusesCredentials } from '../../net/http/refused-credentials.js'
import { headerOf, httpProblems } from '../../net/http/http-exchange.js'
import { fetchWeb, httpRungs } from '../../net/http/http-fetch.js'
import { Refusal, refusedByPeer } from '../../net/refusal.js'
import { webAddress } from '../../net/http/web-address.js'
import { identify } from './http/identity.js'
import { checkRatios, compareSeries, comparedFacts, comparedInputs, namedComparedFacts } from './prometheus/ratios.js'
import type { PageReading } from './prometheus/growth.js'
import { comparisonRemark } from './prometheus/comparison-remark.js'
import { readSeries, startMetric } from './prometheus/series.js'

const rungs = [...httpRungs, 'samples'] as const

const acceptedFormat = new Secret('text/plain;version=0.0.4')

/** Names kept as facts: a page with more would swell the report. */
const mostNames = 1000

const input = z
  .strictObject({
    url: credential().describe('http or https, of the page with the metrics'),
    headers: headersInput().describe('sent with the request'),
    names: z
      .array(z.string().min(1))
      .max(mostNames)
      .default([])
      .describe('the metrics to look for; all metrics when empty'),
    'max-bytes': z
      .int()
      .min(1)
      .max(64 * 1024 * 1024)
      .default(8 * 1024 * 1024)
      .describe('bytes of the page, decompressed; a longer one is the problem too-large'),
    ...trustInputs(),
    ...clientCertificateInputs(),
    login: loginInput(),
    ...comparedInputs,
  })
  .refine(isKeyOfCertificate, keyNeedsCertificate)
  .refine(isTokenHeaderFree, tokenHeaderTaken)
  .superRefine(checkRatios)

const facts = z.strictObject({
  ...ladderFacts(rungs, [
    ...httpProblems,
    ...clientCertificateProblems,
    ...loginProblems,
    'redirect-refused',
    'too-many-redirects',
    'not-prometheus',
  ]),
  status: wholeNumber().describe('of the response; 0 when there was none'),
  contentType: z.string().describe('the media type, in lower case, without parameters'),
  parsable: z.boolean().describe('the whole page follows the text exposition format 0.0.4; an empty page does'),
  problemLine: wholeNumber().describe('the first line that does not, counted from 1; 0 when there is none'),
  sampleCount: wholeNumber().describe('samples on the page, up to that line'),
  names: z
    .array(z.string())
    .describe('names of the samples, at most 1000; only the requested ones if metrics were named'),
  values: z
    .record(z.string(), z.number())
    .describe('for each of these names the sum over all labels, not counting NaN and infinities'),
  nonFinite: z.array(z.string()).describe('those of these names with a sample that is NaN or infinite'),
  missing: z.array(z.string()).describe('names that were looked for and are not on the page'),
})

type Labelled = ReturnType<typeof readExposition>['labelled']

const blank = blankOf(facts, { problem: noProblem })

/**
 * By the facts of an observation, what its page said of the series: label sets come from outside and can be many, so
 * they are compared and not reported.
 */
const pages = new WeakMap<object, PageReading>()

function readPage({ series = {} }: z.output<typeof input>, labelled: Labelled, at: number): PageReading {
  const starts = readSeries(labelled.get(startMetric), { metric: startMetric, where: {} }, 'gauge')
  return {
    at,
    series: new Map(
      Object.entries(series).map(([name, each]) => [name, readSeries(labelled.get(each.metric), each, 'counter')]),
    ),
    starts: 'values' in starts ? starts.values : new Map(),
  }
}

function askedMetrics({ series }: z.output<typeof input>): ReadonlySet<string> {
  return new Set(series === undefined ? [] : [startMetric, ...Object.values(series).map(({ metric }) => metric)])
}

/** The service writes the page wrong, or this is another page. */
function unparsable(line: number, status: number): Refusal<'not-prometheus'> {
  return new Refusal({
    code: 'not-prometheus',
    class: 'code',
    transient: false,
    detail: `line ${line} of the page (status ${status}) is not Prometheus text`,
  })
}

/** Fetches a page of metrics and reads its samples. */
export const probe = defineProbe({
  kind: 'prometheus',
  title: 'Prometheus metrics',
  description:
    'Fetches a page and reads it as Prometheus text (exposition format 0.0.4), strictly. The body is read with every status but 429 (too many requests) and 423 (locked), which are errors: an error page is the problem not-prometheus, like everything that does not parse. An empty page parses, so name the metrics that must be there. Rung `samples`: the whole page was parsed. With `sample`, `series` and `ratios` say how fast counters grow, and what share one is of another. Nothing is made up: after a counter was reset, after a label set came or went, or with a value that no counter has, a rate or a ratio is not known, and says why.',
  input,
  facts,
  rungs,
  defaultTimeout: 10_000,
  examples: [
    {
      title: 'the page answers and can be scraped',
      input: { url: 'http://127.0.0.1:9090/metrics' },
      expect: 'facts.status == 200 && facts.parsable',
    },
    {
      title: 'the process counts its uptime',
      input: { url: 'http://127.0.0.1:9090/metrics', names: ['process_uptime_seconds'] },
      expect: 'facts.parsable && size(facts.missing) == 0 && facts.values["process_uptime_seconds"] > 0.0',
    },
    {
      title: 'at most one request in twenty fails, the reading of the metrics not counted',
      input: {
        url: 'http://127.0.0.1:8000/metrics',
        series: {
          errors: { metric: 'http_requests_total', where: { status: '5xx', handler: { not: '/metrics' } } },
          all: { metric: 'http_requests_total', where: { handler: { not: '/metrics' } } },
        },
        ratios: { errors: { of: 'errors', in: 'all', atLeast: 20 } },
      },
      sample: { times: 2, every: '1m' },
      expect: 'facts.ratios.errors.known && facts.ratios.errors.value <= 0.05',
    },
  ],
  addresses: (given) =>
    [...(given.login === undefined ? [] : [given.login.url]), given.url].map((url) => () => [
      webAddress(url, ['http', 'https']),
    ]),
  needs: (given) => ({ files: clientFiles(given) }),
  isLoginRefused: (given, { status, problem }) =>
    problem.code === 'login-refused' || refusesCredentials(status, { ...given, isLogin: given.login !== undefined }),
  onlyReads: () => true,
  remark: comparisonRemark,
  together: {
    inputs: Object.keys(comparedInputs),
    facts: comparedFacts,
    declaredFacts: namedComparedFacts,
    compare: (given, observed) =>
      compareSeries(
        given,
        observed.map((each) => pages.get(each)),
      ),
  },
  async observe(given, context) {
    let page: PageReading | undefined
    let began = 0
    let session: LoggedIn | undefined
    const read = await climb(context, { ...blank, missing: given.names }, async (draft, ascent) => {
      const { who, session: own } = await identify(given, ascent.signal)
      session = own
      const request = {
        ...who,
        url: given.url,
        method: 'GET' as const,
        headers: { accept: acceptedFormat, ...given.headers, ...session?.headers },
        redirects: 0,
        limit: given['max-bytes'],
      }
      const body = await fetchWeb(request, ascent, ({ head }) => {
        began = performance.now()
        refuseUnobserved(head.status, headerOf(head, 'retry-after'))
        draft.status = head.status
        draft.contentType = mediaType(headerOf(head, 'content-type'))
      })
      if (body.truncated) throw refusedByPeer('too-large', `the page is longer than ${given['max-bytes']} bytes`)
      const text = body.bytes.toString('utf8')
      const { problemLine, samples, sums, nonFinite, labelled } = readExposition(text, askedMetrics(given))
      const names = (given.names.length > 0 ? given.names.filter((name) => sums.has(name)) : [...sums.keys()]).slice(
        0,
        mostNames,
      )
      Object.assign(draft, {
        parsable: problemLine === 0,
        problemLine,
        sampleCount: samples,
        names,
        values: Object.fromEntries(names.map((name) => [name, sums.get(name) ?? 0])),
        nonFinite: names.filter((name) => nonFinite.has(name)),
        missing: given.names.filter((name) => !sums.has(name)),
      })
      if (problemLine > 0) throw unparsable(problemLine, draft.status)
      page = readPage(given, labelled, began)
      ascent.reach('samples')
    })
    const observed = session?.masked(read) ?? read
    if (page !== undefined) pages.set(observed, page)
    return observed
  },
})
