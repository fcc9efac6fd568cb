import { describe, expect, it } from 'vitest'
import { reporter } from '../../src/reports/prometheus.js'
import { everyDocument, everyDocumentAndHostileOnes, fileStyle } from './documents.js'

interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/**
 * A strict reader of the text format: every family has its HELP and TYPE before its samples, and all of them together.
 */
function readExposition(text: string): readonly Sample[] {
  const samples: Sample[] = []
  const families = new Set<string>()
  let family = ''
  let lines = 0
  for (const line of text.split('\n').slice(0, -1)) {
    const [, helped] = /^# HELP (\w+) .+$/.exec(line) ?? []
    if (helped !== undefined) {
      expect(families.has(helped), line).toBe(false)
      families.add(helped)
      family = helped
      lines = 0
    } else if (line.startsWith('# TYPE ')) expect(line).toBe(`# TYPE ${family} gauge`)
    else {
      const [, name = '', labels = '', value = ''] =
        /^([a-z_]+)(?:\{((?:[a-z]+="(?:\\[\\"n]|[^\\"\n])*",?)*)\})? (-?[0-9.e+]+)$/.exec(line) ??
        expect.fail(`no sample: ${line}`)
      expect(name).toBe(family)
      lines += 1
      const pairs = [...labels.matchAll(/([a-z]+)="((?:\\[\\"n]|[^\\"\n])*)"/g)].map(([, key = '', text = '']) => [
        key,
        text.replace(/\\([\\"n])/g, (_, escape: string) => (escape === 'n' ? '\n' : escape)),
      ])
      samples.push({ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) })
    }
  }
  expect(lines).toBeGreaterThan(0)
  return samples
}

const valueOf = (samples: readonly Sample[], wanted: string, labels: Readonly<Record<string, string>> = {}) =>
  samples.find(
    ({ name, ...sample }) =>
      name === wanted && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )?.value

describe('the exposition', () => {
  it('is read by a strict reader whatever the document holds, each series once; go is 1 only with exit code 0', async () => {
    for (const [name, document] of await everyDocumentAndHostileOnes()) {
      const samples = readExposition(reporter.render(document, fileStyle))
      expect(new Set(samples.map((sample) => JSON.stringify([sample.name, sample.labels]))).size, name).toBe(
        samples.length,
      )
      expect(valueOf(samples, 'preflight_go'), name).toBe(document.exitCode === 0 ? 1 : 0)
      expect(valueOf(samples, 'preflight_exit_code'), name).toBe(document.exitCode ?? undefined)
      expect(samples.filter((sample) => sample.name === 'preflight_check_status').length, name).toBe(
        document.checks.length,
      )
    }
  })

  it('says what was counted, how long it took, and when it ended', async () => {
    const samples = readExposition(reporter.render(new Map(await everyDocument()).get('every-status')!, fileStyle))
    expect(valueOf(samples, 'preflight_checks', { status: 'not-applicable' })).toBe(1)
    expect(valueOf(samples, 'preflight_checks', { status: 'warn' })).toBe(3)
    expect(
      valueOf(samples, 'preflight_check_status', {
        check: 'demo/config/fails',
        status: 'fail',
        severity: 'blocker',
        stage: 'config',
      }),
    ).toBe(1)
    expect(valueOf(samples, 'preflight_check_duration_seconds', { check: 'demo/config/fails' })).toBe(0.012)
    expect(valueOf(samples, 'preflight_duration_seconds')).toBe(1.322)
    expect(valueOf(samples, 'preflight_finish_timestamp_seconds')).toBe(Date.parse('2026-01-02T03:04:07.000Z') / 1000)
    expect(
      valueOf(samples, 'preflight_info', { version: '0.0.0', profile: 'prod', deployment: 'eu-west', dirty: 'true' }),
    ).toBe(1)
  })

  it.each([
    ['go', { whole: 1, complete: 1, problems: 0 }],
    ['go-of-a-part', { whole: 0, complete: 1, problems: 0 }],
    ['invalid', { whole: 0, complete: 1, problems: 2 }],
    ['interrupted', { whole: 1, complete: 0, problems: 0 }],
    ['killed', { whole: 1, complete: 0, problems: 0 }],
  ])('%s', async (spec, expected) => {
    const samples = readExposition(reporter.render(new Map(await everyDocument()).get(spec)!, fileStyle))
    expect(
      Object.fromEntries(Object.keys(expected).map((name) => [name, valueOf(samples, `preflight_${name}`)])),
    ).toEqual(expected)
  })
})
