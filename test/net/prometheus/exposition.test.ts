import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readExposition } from '../../../src/net/prometheus/exposition.js'

const page = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero"} +Inf -3982045
# TYPE latency histogram
latency_bucket{le="0.5",} 3
latency_bucket { le = "+Inf" } 4
 indented	1e-3
not_a_number NaN
`

describe('a page of metrics', () => {
  it('is read by the names of its samples', () => {
    const { problemLine, samples, sums, nonFinite } = readExposition(page)
    expect(problemLine).toBe(0)
    expect(samples).toBe(9)
    expect(Object.fromEntries(sums)).toEqual({
      http_requests_total: 1030,
      msdos_file_access_time_seconds: 1_458_255_915,
      metric_without_timestamp_and_labels: 12.47,
      something_weird: 0,
      latency_bucket: 7,
      indented: 0.001,
      not_a_number: 0,
    })
    expect([...nonFinite]).toEqual(['something_weird', 'not_a_number'])
  })

  it.each(['', '\n\n', '# only a remark\n', '#\n', '# TYPEWRITER\n', '# HELP a\n', 'a 1', 'a 1\n'])(
    '%j is a page',
    (text) => {
      expect(readExposition(text).problemLine).toBe(0)
    },
  )

  it.each([
    '<!DOCTYPE html>',
    '{"arqonbus_uptime_seconds": 1}',
    'a',
    'a one',
    'a 1 soon',
    'a 1 2 3',
    'a 0x10',
    'a 1_000',
    '1a 1',
    'a-b 1',
    'a{b} 1',
    'a{b=c} 1',
    'a{b="c} 1',
    'a{b="c\\d"} 1',
    'a{b="c"',
    'a{b="c"}',
    'a{b="c" d="e"} 1',
    'a{"b"="c"} 1',
    'a{1b="c"} 1',
    'a 1\r',
    '# TYPE a\n',
    '# TYPE a counters\n',
    '# TYPE 1a counter\n',
    '# TYPE a counter\n# TYPE a counter\n',
  ])('%j is none', (text) => {
    expect(readExposition(text).problemLine).toBe(text.trimEnd().split('\n').length)
  })

  it('names the first bad line and keeps what came before it', () => {
    expect(readExposition('a 1\nb 2\nc\nd 4\n')).toMatchObject({ problemLine: 3, samples: 2 })
  })

  it('adds up every page that is written by the rules', () => {
    const name = fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,8}$/)
    const label = fc.tuple(fc.stringMatching(/^[a-z_][a-z0-9_]{0,5}$/), fc.string({ unit: 'binary' }))
    const sample = fc.record({
      name,
      labels: fc.array(label, { maxLength: 3 }),
      value: fc.integer({ min: -1e6, max: 1e6 }),
    })
    const escaped = (text: string): string =>
      text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 30 }), (written) => {
        const lines = written.map(
          ({ name: metric, labels, value }) =>
            `${metric}{${labels.map(([key, text]) => `${key}="${escaped(text)}"`).join(',')}} ${value}`,
        )
        const { problemLine, samples, sums } = readExposition(lines.join('\n'))
        expect([problemLine, samples]).toEqual([0, written.length])
        for (const { name: metric } of written) {
          const expected = written.filter((other) => other.name === metric).reduce((sum, { value }) => sum + value, 0)
          expect(sums.get(metric)).toBe(expected)
        }
      }),
    )
  })

  it('reads anything without throwing, a line of a million characters included', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void readExposition(text)))
    for (const part of ['a', ' ', '\\', '"', '{', 'a="",', '9', 'a="\\n"']) {
      expect(readExposition(`x{${part.repeat(1_000_000)}`).problemLine).toBe(1)
      expect(readExposition(part.repeat(1_000_000))).toBeDefined()
    }
    expect(readExposition(`x{a="${'é\\n'.repeat(1_000_000)}"} 1`).problemLine).toBe(0)
  })
})
