import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostLabelCharacters, mostLabelSets, readExposition } from '../../../src/net/prometheus/exposition.js'

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
    'a{b="c"} 1 # {trace_id="KOO5S4vxi0o"} 0.67',
    'a_bucket{le="1"} 1 1395066363000 # {} 0.67 1520879607.789',
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

describe('the label sets of a metric that is asked for', () => {
  const read = (text: string) => {
    const metric = readExposition(text, new Set(['a'])).labelled.get('a')
    return metric?.samples.map(({ labels, value }) => [Object.fromEntries(labels), value])
  }

  it.each([
    ['a{b="say \\"no\\""} 1', { b: 'say "no"' }],
    ['a{b="C:\\\\new"} 1', { b: 'C:\\new' }],
    ['a{b="two\\nlines"} 1', { b: 'two\nlines' }],
    ['a{b="1,2",c="{x=\\"y\\"}",d="a b # c"} 1', { b: '1,2', c: '{x="y"}', d: 'a b # c' }],
    ['a{b="",} 1', { b: '' }],
    ['a { b = "1" , c = "2" } 1 1395066363000', { b: '1', c: '2' }],
    ['a 1', {}],
    ['a{} 1', {}],
  ])('%s', (line, labels) => {
    expect(read(line)).toEqual([[labels, 1]])
  })

  it('are kept with the type of their metric, and of no other metric', () => {
    const { labelled } = readExposition('# TYPE a gauge\na{b="1"} 1\na{b="2"} NaN\nb{c="1"} 1\n', new Set(['a', 'c']))
    expect([...labelled.keys()]).toEqual(['a'])
    expect(labelled.get('a')).toMatchObject({ type: 'gauge', flaw: '' })
    expect(readExposition('a{b="1"} 1\n').labelled.size).toBe(0)
  })

  it.each([
    ['more sets than are kept', Array.from({ length: mostLabelSets + 1 }, (_none, at) => `a{b="${at}"} 1`).join('\n')],
    ['longer labels than are kept', `a{b="${'x'.repeat(mostLabelCharacters)}"} 1`],
    ['more labels than are kept', `a{${Array.from({ length: 65 }, (_none, at) => `l${at}="1"`).join(',')}} 1`],
    ['a label twice', 'a{b="1",b="2"} 1'],
  ])('say so where the page has %s', (_what, text) => {
    const { labelled, problemLine } = readExposition(text, new Set(['a']))
    expect(problemLine).toBe(0)
    expect(labelled.get('a')?.flaw).toMatch(/^a has /)
    expect(labelled.get('a')!.samples.length).toBeLessThanOrEqual(mostLabelSets)
  })

  it('are read as they were written, whatever their labels', () => {
    const escaped = (text: string): string =>
      text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    const awkward = fc.string({
      unit: fc.constantFrom('a', '"', '\\', '\n', ',', '{', '}', '=', ' ', '#', 'n', 'é', '🙂'),
    })
    const labels = fc.dictionary(
      fc.stringMatching(/^[a-z_][a-z0-9_]{0,5}$/),
      fc.oneof(awkward, fc.string({ unit: 'binary' })),
    )
    const time = fc.option(fc.integer({ min: -1e12, max: 1e12 }))
    const sample = fc.record({ labels, value: fc.integer({ min: 0, max: 1e9 }), time, isSpaced: fc.boolean() })
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 20 }), (written) => {
        const lines = written.map((each) => {
          const [comma, equals] = each.isSpaced ? [' , ', ' = '] : [',', '=']
          const pairs = Object.entries(each.labels).map(([name, text]) => `${name}${equals}"${escaped(text)}"`)
          return `a{${pairs.join(comma)}} ${each.value}${each.time === null ? '' : ` ${each.time}`}`
        })
        expect(read(lines.join('\n')) ?? []).toEqual(written.map((each) => [{ ...each.labels }, each.value]))
      }),
    )
  })
})
