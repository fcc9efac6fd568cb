import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildIncident, checkEvidenceFile, type IncidentParts } from '../../src/incidents/build-incident.js'
import { isBundlePath } from '../../src/incidents/bundle/manifest.js'
import type { ResultDocument } from '../../src/checks/result/report.js'
import { incidentSummary } from '../../src/incidents/incident-summary.js'
import { checkResult, resultOf } from './documents.js'
import { expectGolden } from '../runbooks/render/golden.js'

const golden = (name: string): string => join(import.meta.dirname, '../runbooks/render/golden', `incident-${name}.md`)

const redis = { stage: 'datastores', class: 'dependency', title: 'Redis can be written to' } as const
const hostile = 'refused | <script>alert(1)</script> `x` \u001B[2J **bold**\n# heading'

const failing = resultOf([
  checkResult('demo/datastores/redis', {
    ...redis,
    status: 'fail',
    message: hostile,
    facts: { version: '6.2.1', reached: 'role' },
  }),
  checkResult('demo/gates/tests', {
    stage: 'gates',
    class: 'code',
    severity: 'critical',
    status: 'fail',
    message: 'pytest ended with 1',
    facts: {
      commandLine: "pytest -q 'tests/a b'",
      stderr: 'first line\nE   assert 1 == 2\n``` not the end\n',
      tail: '',
    },
  }),
  checkResult('demo/runtime/storage', { stage: 'runtime', status: 'blocked', blockedBy: 'demo/datastores/redis' }),
])

const good = resultOf([
  checkResult('demo/datastores/redis', { ...redis, facts: { version: '7.0.15', reached: 'version' } }),
  checkResult('demo/gates/tests', { stage: 'gates' }),
])
const lastGood: ResultDocument = {
  ...good,
  run: {
    ...good.run,
    id: 'run-1',
    finishedAt: '2026-01-01T00:00:00.000Z',
    git: { commit: 'fedcba9876543210fedcba9876543210fedcba98', dirty: false },
  },
}

function parts(overrides: Partial<IncidentParts> = {}): IncidentParts {
  return {
    id: 'incident-20260102T030410Z-eu-west-3f9a1c',
    toolVersion: '0.0.0',
    capturedAt: '2026-01-02T03:04:10.000Z',
    source: 'run',
    document: failing,
    lastGood,
    evidence: [
      {
        name: 'demo-status',
        kind: 'page',
        title: 'the status page',
        state: 'gathered',
        message: '',
        durationMs: 3,
        file: 'evidence/demo-status.json',
      },
      {
        name: 'demo-redis',
        kind: 'redis-info',
        title: 'what Redis says of itself',
        state: 'failed',
        message: 'connection refused',
        durationMs: 3,
        file: null,
      },
    ],
    notes: ['Too short or too common to be masked everywhere: the value of PIN.'],
    options: ['--env-file', 'my prod.env'],
    ...overrides,
  }
}

describe('the summary of an incident', () => {
  it.each([
    ['failures', parts()],
    [
      'warning',
      parts({
        document: resultOf([
          checkResult('demo/config/margin', { status: 'warn', severity: 'advisory', message: 'not much of a margin' }),
        ]),
        lastGood: undefined,
        evidence: [],
        notes: [],
      }),
    ],
    [
      'diagnostics',
      parts({
        document: resultOf([], {
          verdict: 'no-go',
          exitCode: 3,
          diagnostics: [
            {
              file: 'checks/demo/a.yaml',
              line: 3,
              column: 1,
              code: 'unknown-key',
              message: 'unknown key `rnu`',
              hint: 'did you mean run?',
            },
          ],
        }),
        lastGood: undefined,
        evidence: [],
        notes: [],
      }),
    ],
  ])('reads well: %s', (name, given) => {
    expectGolden(golden(name), incidentSummary(buildIncident(given), given.document))
  })

  it('lets nothing from outside be markup, leave its block or reach a terminal', () => {
    const text = incidentSummary(buildIncident(parts()), failing)
    expect(text).not.toContain('<script>')
    expect(text).not.toContain('\u001B')
    expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1)
    expect(text.match(/^`{3,}/gm)?.filter((ticks) => ticks === '````')).toHaveLength(2)
  })

  it('lets no time from a foreign result be markup', () => {
    const hostileTime = 'x | <img src=http://evil/x.png> [click](http://evil)\n\n# Approved'
    const document = { ...failing, run: { ...failing.run, startedAt: hostileTime } }
    const text = incidentSummary(
      buildIncident(parts({ document, lastGood: { ...lastGood, run: { ...lastGood.run, finishedAt: hostileTime } } })),
      document,
    )
    expect(text).not.toContain('<img')
    expect(text).not.toContain('[click](')
    expect(text).not.toContain('\n# Approved')
  })

  it('keeps the end of a long output, in whole lines', () => {
    const stderr = Array.from({ length: 500 }, (_, index) => `line ${index}`).join('\n')
    const document = resultOf([checkResult('demo/gates/tests', { status: 'fail', facts: { stderr } })])
    const text = incidentSummary(buildIncident(parts({ document })), document)
    expect(text).toContain('\nline 499\n')
    expect(text).not.toContain('line 100\n')
    expect(/```\nline \d+\n/.test(text)).toBe(true)
  })

  it('is short for many failures', () => {
    const document = resultOf(
      Array.from({ length: 40 }, (_, index) =>
        checkResult(`demo/config/c${index}`, { status: 'fail', message: 'wrong' }),
      ),
    )
    const text = incidentSummary(buildIncident(parts({ document })), document)
    expect(text.match(/^### /gm)).toHaveLength(10)
    expect(text).toContain('30 more')
  })
})

it('gives every check a file of its own in the bundle, whatever its id', () => {
  const ids = ['site/a/b-c', 'site/a-b/c', `site/a/${'x'.repeat(120)}`, `site/a/${'x'.repeat(121)}`]
  const files = ids.map(checkEvidenceFile)
  expect(new Set(files).size).toBe(ids.length)
  for (const file of files) expect(isBundlePath(file), file).toBe(true)
})

describe('an incident', () => {
  it('tells how each check is judged again, as a shell must be given it', () => {
    expect(buildIncident(parts()).failures[0]?.reproduce).toBe(
      "preflight run demo/datastores/redis --profile prod --env-file 'my prod.env'",
    )
  })

  it('says that checks are missing when the run did not end by itself', () => {
    expect(buildIncident(parts({ document: { ...failing, state: 'incomplete', verdict: null } })).notes[0]).toContain(
      'checks are missing',
    )
  })

  it('is none of a result in which all is green', () => {
    expect(() => buildIncident(parts({ document: resultOf([checkResult('demo/config/a')]) }))).toThrow(
      'not an incident',
    )
  })
})
