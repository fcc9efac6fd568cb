import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadDefinitions } from '../../../src/checks/load/load-definitions.js'
import { collectorRegistry, probeRegistry } from '../../../src/engine/folder-registry.js'
import { preflight } from '../../e2e/cli/preflight.js'
import { startHttpPeer, type HttpPeer } from '../../peers/http-peer.js'
import { outcomeOf } from '../load/support/outcome.js'
import { check, file, folderOf } from '../load/support/packs.js'

const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../fixtures/exposition', name), 'utf8')
const before = recorded('before.txt')
const after = recorded('after.txt')

const jobs = (status: string): string => `http_requests_total{handler="/jobs/{job}",method="GET",status="${status}"}`
const metrics = 'http_requests_total{handler="/metrics",method="GET",status="2xx"}'
const start = 'process_start_time_seconds'

/** A recorded page where some of its lines have another value, or are gone. */
function page(from: string, values: Readonly<Record<string, number | string | undefined>>): string {
  const lines = from.split('\n')
  for (const [labelSet, value] of Object.entries(values)) {
    const at = lines.findIndex((line) => line.startsWith(`${labelSet} `))
    if (at === -1) throw new Error(`the recorded page has no ${labelSet}`)
    lines.splice(at, 1, ...(value === undefined ? [] : [`${labelSet} ${value}`]))
  }
  return lines.join('\n')
}

/** The recorded page once so many more were served and so many more failed. */
const grown = (served: number, failed: number): string =>
  page(before, { [jobs('2xx')]: 30 + served, [jobs('5xx')]: 2 + failed })

const plus = (from: string, line: string): string => from.replace(`${jobs('5xx')} `, `${line}\n${jobs('5xx')} `)

let pages: readonly (string | number)[] = []
let served = 0
let peer: HttpPeer
beforeAll(async () => {
  peer = await startHttpPeer((_request, response) => {
    const next = pages[served++]
    if (typeof next === 'number') response.writeHead(next, { 'content-type': 'text/plain' }).end('<p>no metrics</p>')
    else response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(next)
  })
})
afterAll(() => peer.stop())

const series =
  '{ errors: { metric: http_requests_total, where: { status: "5xx", handler: { not: [/metrics] } } }, all: { metric: http_requests_total, where: { handler: { not: [/metrics] } } } }'
const ratios = '{ errors: { of: errors, in: all, atLeast: 20 } }'

async function judged(
  served_: readonly (string | number)[],
  expectation: string,
  declared: { readonly series?: string; readonly ratios?: string } = {},
) {
  pages = served_
  served = 0
  const folder = await folderOf({
    'demo/a.yaml': file({
      a: check({
        env: undefined,
        prometheus: `{ url: "${peer.url}/metrics", series: ${declared.series ?? series}, ratios: ${declared.ratios ?? ratios} }`,
        sample: `{ times: ${Math.max(2, served_.length)}, every: 1ms }`,
        expect: JSON.stringify([expectation]),
      }),
    }),
  })
  return outcomeOf(await loadDefinitions([{ folder, label: 'checks' }], probeRegistry, collectorRegistry), {})
}

const limit = 'facts.ratios.errors.value <= 0.05'

describe('an error rate of at most 5%', () => {
  it.each([
    ['4.9%', [before, grown(951, 49)], 'pass', 0.049],
    ['5.0%', [before, grown(950, 50)], 'pass', 0.05],
    ['5.1%', [before, grown(949, 51)], 'fail', 0.051],
    ['as it was recorded, 5 of 100, the reading of the page left out', [before, after], 'pass', 0.05],
    ['20 requests, none failed', [before, grown(20, 0)], 'pass', 0],
    ['20 requests, two failed', [before, grown(18, 2)], 'fail', 0.1],
    ['in three observations', [before, grown(10, 3), grown(930, 70)], 'fail', 0.07],
  ])('%s', async (_name, observed, status, value) => {
    const outcome = await judged(observed, limit)
    expect(outcome).toMatchObject({ status, facts: { ratios: { errors: { known: true, reason: '', value } } } })
    expect(served).toBe(observed.length)
  })

  it('no error so far is none: the service has no label set for it yet', async () => {
    const without = (text: string): string => page(text, { [jobs('5xx')]: undefined })
    expect(await judged([without(before), without(grown(40, 0))], limit)).toMatchObject({
      status: 'pass',
      facts: { ratios: { errors: { known: true, value: 0, part: 0, whole: 40 } }, rates: { errors: 0 } },
    })
  })
})

describe('what is not known is not judged: an error with the reason', () => {
  const unknown: readonly [string, readonly (string | number)[], string][] = [
    ['19 requests', [before, grown(19, 0)], 'all grew by 19 .* says something from 20 on'],
    ['a reset', [before, page(grown(40, 0), { [jobs('2xx')]: 3 })], 'went from 30 to 3: the counter was reset'],
    [
      'a reset that later counting hides',
      [before, page(before, { [jobs('2xx')]: 0 }), grown(40, 0)],
      'went from 30 to 0: the counter was reset',
    ],
    [
      'a process that started anew, its counters higher than before',
      [before, page(grown(500, 0), { [start]: '1.79609479e+09' })],
      'the process behind the page started anew',
    ],
    [
      'a label set added',
      [before, plus(grown(40, 0), 'http_requests_total{handler="/new",method="GET",status="2xx"} 1.0')],
      'handler="/new".* is new',
    ],
    [
      'a label added to all sets',
      [before, grown(40, 0).replaceAll('http_requests_total{', 'http_requests_total{pod="a",')],
      'pod="a".* is new',
    ],
    ['a label set gone', [before, page(grown(40, 0), { [jobs('5xx')]: undefined })], 'status="5xx".* is gone'],
    ['NaN', [before, page(grown(40, 0), { [jobs('5xx')]: 'NaN' })], 'is NaN'],
    ['NaN at first', [page(before, { [jobs('5xx')]: 'NaN' }), grown(40, 0)], 'is NaN'],
    ['+Inf', [before, page(grown(40, 0), { [jobs('2xx')]: '+Inf' })], 'is Infinity'],
    ['a negative value', [before, page(grown(40, 0), { [jobs('5xx')]: -1 })], 'is -1, which no counter is'],
    ['the same label set twice', [before, plus(grown(40, 0), `${jobs('2xx')} 31`)], 'twice'],
    ['the metric gone', [before, 'up 1\n'], 'http_requests_total is not on the page'],
    [
      'the label gone',
      [before, grown(40, 0).replaceAll(/,status="\dxx"/g, '')],
      'http_requests_total has no label status',
    ],
    [
      'a label with no status in it',
      [before, grown(40, 0).replaceAll(/status="\d/g, 'status="a')],
      'http_requests_total has no status in its label status',
    ],
    [
      'a metric that is not a counter',
      [before, grown(40, 0).replace('# TYPE http_requests_total counter', '# TYPE http_requests_total gauge')],
      'http_requests_total is not a counter: the page says gauge',
    ],
  ]

  it.each(unknown)('%s', async (_name, observed, reason) => {
    for (const [expectation, path] of [
      [limit, 'facts.ratios.errors.value'],
      ['facts.ratios.errors.value > 0.05', 'facts.ratios.errors.value'],
    ] as const)
      expect(await judged(observed, expectation)).toMatchObject({
        status: 'error',
        message: expect.stringMatching(
          new RegExp(`${path.replaceAll('.', '\\.')} has no value: .*${reason}`),
        ) as string,
      })
    expect(await judged(observed, '!facts.ratios.errors.known')).toMatchObject({
      status: 'pass',
      facts: { ratios: { errors: { known: false, value: 1, reason: expect.stringMatching(reason) as string } } },
    })
    expect(await judged(observed, 'facts.ratios.errors.known && facts.ratios.errors.value <= 0.05')).toMatchObject({
      status: 'fail',
    })
  })

  it('all counted in the part and not in the whole', async () => {
    const errors = '{ metric: http_requests_total, where: { status: ["2xx", "5xx"] } }'
    const all = '{ metric: http_requests_total, where: { handler: { not: /metrics } } }'
    expect(await judged([before, after], limit, { series: `{ errors: ${errors}, all: ${all} }` })).toMatchObject({
      status: 'error',
      message: expect.stringContaining('errors counts label sets that all does not') as string,
    })
    const sizes = '{ metric: http_request_duration_seconds_bucket }'
    expect(await judged([before, after], limit, { series: `{ errors: ${sizes}, all: ${all} }` })).toMatchObject({
      status: 'error',
      message: expect.stringContaining('errors grew by more than all') as string,
    })
  })

  it('of the other facts all can be read', async () => {
    const few =
      'facts.ratios.errors.whole == 19.0 && facts.rates.all > 0.0 && facts.samples.most.values.http_requests_total > 0.0'
    expect(await judged([before, grown(19, 0)], few)).toMatchObject({ status: 'pass' })
  })

  it('one observation alone, since it found a problem', async () => {
    expect(await judged([503], limit)).toMatchObject({ status: 'fail', facts: { problem: { code: 'not-prometheus' } } })
    expect(await judged([503], 'facts.problem.code == "not-prometheus" && !facts.ratios.errors.known')).toMatchObject({
      status: 'pass',
      facts: { rates: {}, ratios: { errors: { reason: 'errors: one observation alone shows no growth' } } },
    })
    expect(served).toBe(1)
    expect(
      await judged([before, 503, after], 'facts.problem.code == "not-prometheus" && !facts.ratios.errors.known'),
    ).toMatchObject({
      status: 'pass',
      facts: { ratios: { errors: { reason: 'errors: observation 2 found no page of metrics' } } },
    })
  })
})

describe('how fast a series grows', () => {
  it.each(['facts.rates.all', 'facts.rates.errors'])('%s is per second of measured time', async (rate) => {
    const outcome = await judged([before, after], `${rate} > 0.0`)
    const { rates } = outcome.facts as { rates: Record<string, number> }
    expect(outcome.status).toBe('pass')
    // Both over the same time, whatever that was.
    expect(rates['all']! / rates['errors']!).toBeCloseTo(20, 9)
  })

  it('of one that is not known an expectation is an error, and the other stays known', async () => {
    const observed = [before, page(grown(40, 0), { [metrics]: 0 })]
    const all =
      '{ all: { metric: http_requests_total }, errors: { metric: http_requests_total, where: { status: "5xx" } } }'
    const given = { series: all, ratios: '{}' }
    expect(await judged(observed, 'facts.rates.all >= 0.0', given)).toMatchObject({
      status: 'error',
      message: expect.stringContaining('the counter was reset') as string,
    })
    expect(await judged(observed, 'facts.rates.errors == 0.0', given)).toMatchObject({ status: 'pass' })
  })

  it('no label set is among the facts', async () => {
    const { facts } = await judged([before, after], 'facts.rates.all > 0.0')
    expect(JSON.stringify(facts)).not.toContain('/jobs/')
  })
})

describe('the labels of a series', () => {
  const counted = async (where: string): Promise<number> => {
    const all = `{ metric: http_requests_total, where: ${where} }`
    const whole = '{ metric: http_requests_total }'
    const { facts } = await judged([before, after], 'facts.rates.part >= 0.0', {
      series: `{ part: ${all}, whole: ${whole} }`,
      ratios: '{ part: { of: part, in: whole, atLeast: 1 } }',
    })
    return (facts as { ratios: { part: { part: number } } }).ratios.part.part
  }

  it.each([
    ['{}', 101],
    ['{ status: "5xx" }', 5],
    ['{ status: "5XX" }', 5],
    ['{ status: ["4xx", "5xx"] }', 5],
    ['{ status: { not: "5xx" } }', 96],
    ['{ handler: "/jobs/{job}" }', 100],
    ['{ handler: ["/healthz", "/metrics"] }', 1],
    ['{ handler: { not: [/metrics, /healthz] }, status: "2xx" }', 95],
    ['{ method: POST }', 0],
  ])('%s counts %i', async (where, count) => {
    expect(await counted(where)).toBe(count)
  })

  it('a class is every status in it, and no other text', async () => {
    const exact = (failed: number): string =>
      ['500', '503', '599', '50', '5000', '5x', '200', '404']
        .map((status) => `requests_total{code="${status}"} ${failed}\n`)
        .join('')
    const outcome = await judged([exact(0), exact(10)], 'facts.rates.errors > 0.0', {
      series: '{ errors: { metric: requests_total, where: { code: "5xx" } }, all: { metric: requests_total } }',
    })
    expect(outcome.facts).toMatchObject({ ratios: { errors: { part: 30, whole: 80 } } })
  })
})

describe('an expression that reads a rate or a ratio', () => {
  const problem = async (expectation: string, input = `series: ${series}, ratios: ${ratios}`, warn?: string) => {
    const folder = await folderOf({
      'demo/a.yaml': file({
        a: check({
          env: undefined,
          prometheus: `{ url: "http://a/metrics", ${input} }`,
          sample: '{ times: 2, every: 1s }',
          expect: JSON.stringify([expectation]),
          ...(warn === undefined ? {} : { warn: JSON.stringify([warn]) }),
        }),
      }),
    })
    const { diagnostics } = await loadDefinitions([{ folder, label: 'checks' }], probeRegistry, collectorRegistry)
    return diagnostics.map(({ code, message, hint }) => [code, message, hint].join('; '))
  }

  it.each([
    'facts.ratios.errors.known && facts.ratios.errors.value < 0.5 && facts.rates.all > 1.0',
    'facts.ratios["errors"].known',
    'facts.rates["all"] > 1.0',
    'size(facts.rates) == 2 && facts.rates.all(name, facts.rates[name] > 0.0) && "all" in facts.rates',
    'facts.ratios.exists(name, !facts.ratios[name].known)',
    'has(facts.rates.errors)',
    'facts.samples.all.all(one, one.parsable)',
  ])('compiles where the check declares it: %s', async (expectation) => {
    expect(await problem(expectation)).toEqual([])
  })

  it.each([
    ['facts.ratios.eror.known', 'unknown-name; facts.ratios has no member eror; did you mean errors?'],
    ['facts.ratios.all.known', 'unknown-name; facts.ratios has no member all; known: errors'],
    ['facts.rates.slow > 1.0', 'unknown-name; facts.rates has no member slow; known: errors, all'],
    ['has(facts.rates.slow)', 'unknown-name; facts.rates has no member slow; known: errors, all'],
    ['facts["rates"].slow > 1.0', 'unknown-name; facts.rates has no member slow; known: errors, all'],
    ['facts.rates["slow"] > 1.0', 'unknown-name; unknown key slow; known: errors, all'],
    ['facts.ratios["eror"].known', 'unknown-name; unknown key eror; did you mean errors?'],
  ])('is refused where the check does not declare it: %s', async (expectation, said) => {
    expect(await problem(expectation)).toEqual([said])
    expect(await problem('facts.parsable', undefined, expectation)).toEqual([said])
  })

  it('is refused where the check declares none at all', async () => {
    const said = 'unknown-name; facts.ratios has no member errors; the input declares none'
    expect(await problem('facts.ratios.errors.known', `series: ${series}`)).toEqual([said])
  })

  it('keeps the names of each check apart', async () => {
    const one = (name: string): string =>
      check({
        env: undefined,
        prometheus: `{ url: "http://a/metrics", series: { ${name}: { metric: a } } }`,
        sample: '{ times: 2, every: 1s }',
        expect: `["facts.rates.first > 1.0"]`,
      })
    const folder = await folderOf({ 'demo/a.yaml': file({ a: one('first'), b: one('second') }) })
    const { diagnostics } = await loadDefinitions([{ folder, label: 'checks' }], probeRegistry, collectorRegistry)
    expect(diagnostics.map(({ message }) => message)).toEqual(['facts.rates has no member first'])
  })
})

describe('mistakes in a file', () => {
  const problems = async (body: string, sample = '    sample: { times: 2, every: 1s }\n'): Promise<string[]> => {
    const folder = await folderOf({
      'demo/a.yaml': `stage: runtime
checks:
  a:
    title: few requests fail
    severity: advisory
    class: dependency
    fix: read the log
${sample}    expect: [facts.parsable]
    prometheus:
      url: http://127.0.0.1:1/metrics
${body}`,
    })
    const { diagnostics } = await loadDefinitions([{ folder, label: 'checks' }], probeRegistry, collectorRegistry)
    return diagnostics.map(
      ({ position, message, hint }) =>
        `${position.line}:${position.column} ${message}${hint === 'put it in quotes' ? ` (${hint})` : ''}`,
    )
  }
  const two = '      series: { errors: { metric: a }, all: { metric: a } }\n'

  it.each([
    [
      'a series that is not declared',
      `${two}      ratios: { e: { of: error, in: all, atLeast: 20 } }\n`,
      '13:26 prometheus.ratios.e.of: unknown series error; declared: errors, all',
    ],
    [
      'no series at all',
      '      ratios: { e: { of: errors, in: all, atLeast: 20 } }\n',
      '12:26 prometheus.ratios.e.of: unknown series errors; none is declared under `series`',
    ],
    [
      'a series in itself',
      `${two}      ratios: { e: { of: all, in: all, atLeast: 20 } }\n`,
      '13:35 prometheus.ratios.e.in: a series in itself is always 1',
    ],
    [
      'nothing counted',
      `${two}      ratios: { e: { of: errors, in: all, atLeast: 0 } }\n`,
      '13:52 prometheus.ratios.e.atLeast: must be at least 1',
    ],
    ['no least count', `${two}      ratios: { e: { of: errors, in: all } }\n`, '13:20 atLeast is missing'],
    [
      'a status that is a number',
      '      series: { e: { metric: a, where: { status: 500 } } }\n',
      '12:50 prometheus.series.e.where.status: is not one of the accepted forms (put it in quotes)',
    ],
    [
      'a list without a value',
      '      series: { e: { metric: a, where: { status: { not: [] } } } }\n',
      '12:57 prometheus.series.e.where.status.not: must have at least 1 entry',
    ],
    [
      'a name that no metric has',
      '      series: { e: { metric: "a{b}" } }\n',
      '12:30 prometheus.series.e.metric: expected the name of a metric',
    ],
    [
      'a label that is no name',
      '      series: { e: { metric: a, where: { __proto__: x } } }\n',
      '12:42 unknown key __proto__',
    ],
  ])('%s', async (_name, body, problem) => {
    expect(await problems(body)).toEqual(expect.arrayContaining([problem]))
  })

  it('nothing is compared without sample', async () => {
    const ratio = `${two}      ratios: { e: { of: errors, in: all, atLeast: 20 } }\n`
    expect(await problems(ratio, '')).toEqual([
      '11:7 series compares several observations, and this is one',
      '12:7 ratios compares several observations, and this is one',
    ])
    expect(await problems(ratio)).toEqual([])
  })
})

it('explain says what is compared, and that what preflight asks is counted', async () => {
  const cwd = await folderOf({
    'packs/demo/a.yaml': file({
      a: check({
        env: undefined,
        prometheus: `{ url: "http://127.0.0.1:1/metrics", series: ${series}, ratios: ${ratios} }`,
        sample: '{ times: 3, every: 20s }',
        expect: JSON.stringify([limit]),
      }),
    }),
  })
  const { stdout } = await preflight(['explain', 'demo/a/a', '--no-builtin', '--checks', 'packs'], { cwd })
  const text = stdout.replaceAll(/\s+/g, ' ')
  expect(text).toContain('Observed 3 times in an attempt, with pauses of 20s.')
  expect(text).toContain(
    'Series errors is http_requests_total where status 5xx and handler not /metrics; all is http_requests_total where handler not /metrics. Ratio errors is errors in all, known from 20 in all on. What preflight itself asks of the service is counted, unless `where` leaves it out.',
  )
})
