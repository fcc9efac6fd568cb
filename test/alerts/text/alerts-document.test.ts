import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { AlertDefinition } from '../../../src/alerts/alert-definition.js'
import { alertsDocument, alertsDocumentSchema } from '../../../src/alerts/alerts-document.js'
import type { AlertStanding } from '../../../src/alerts/evaluate/alert-standing.js'
import { alertFileJsonSchema } from '../../../src/alerts/load/alert-schema.js'
import { alertsPrometheus } from '../../../src/alerts/text/alerts-prometheus.js'
import { alertsText } from '../../../src/alerts/text/alerts-text.js'

const secret = 'c4n4ry-of-the-store'

function alert(id: string, rank: number, parts: Partial<AlertDefinition> = {}): AlertDefinition {
  return {
    id,
    system: 'bus',
    title: `${id} is wrong`,
    why: '',
    priority: { name: `P${rank}`, rank, call: 'the engineer on call', within: rank === 0 ? '15 minutes' : '' },
    conditions: [],
    rounds: 1,
    response: { runbook: 'bus/restart', parameters: {} },
    escalate: [],
    source: '',
    position: { file: 'alerts/bus.yaml', line: 1, column: 1 },
    digest: '',
    ...parts,
  }
}

function standing(definition: AlertDefinition, parts: Partial<AlertStanding>): AlertStanding {
  const deciding = {
    check: 'bus/page',
    status: 'fail',
    answer: 'holds',
    message: '',
    value: undefined,
    limit: undefined,
    unit: '',
    ...parts.deciding,
  } as const
  return {
    alert: definition,
    state: 'not-firing',
    since: undefined,
    held: 0,
    message: '',
    conditions: [deciding],
    ...parts,
    deciding,
  }
}

const at = '2026-01-01T12:00:00.000Z'
const pages = { response: { runbook: 'bus/restart', parameters: { mode: "it's fast" } } }
const lead = [
  { after: 60_000, call: 'the lead' },
  { after: 3_600_000, call: 'everybody' },
]

const document = alertsDocument(
  {
    at,
    notices: ['the history is damaged'],
    standings: [
      standing(alert('bus/quiet', 1), {
        since: '2026-01-01T11:00:00.000Z',
        deciding: {
          check: 'bus/page',
          status: 'pass',
          answer: 'does-not-hold',
          message: '',
          value: 12.3456,
          limit: 80,
          unit: '%',
        },
      }),
      standing(alert('bus/late', 1), { state: 'firing', held: 1, message: 'slow' }),
      standing(alert('bus/down', 0, { ...pages, escalate: lead }), {
        state: 'firing',
        since: '2026-01-01T11:30:00.000Z',
        held: 61,
        message: `refused redis://:${secret}@store \u001B[2J\n::error::x`,
        deciding: {
          check: 'bus/page',
          status: 'fail',
          answer: 'holds',
          message: '',
          value: `x "${secret}" \\`,
          limit: undefined,
          unit: '',
        },
      }),
      standing(alert('bus/hidden', 0, { escalate: lead }), {
        state: 'not-evaluable',
        message: 'could not be observed: no answer',
      }),
    ],
  },
  {
    deployment: 'eu "1"\\',
    profile: 'prod',
    host: 'ops-1',
    runbookFlags: ['--config', '/etc/pre flight.yaml'],
    redact: (text) => text.replaceAll(secret, '(secret)'),
  },
)

it('is a document of its schema, what is most urgent first, without a secret', () => {
  expect(alertsDocumentSchema.parse(document)).toEqual(document)
  expect(document.alerts.map(({ id }) => id)).toEqual(['bus/down', 'bus/late', 'bus/hidden', 'bus/quiet'])
  expect(document).toMatchObject({ exitCode: 1, counts: { firing: 2, notEvaluable: 1, notFiring: 1 } })
  expect(JSON.stringify(document)).not.toContain(secret)
  expect(document.alerts[0]!.escalate.map(({ due }) => due)).toEqual([true, false])
  expect(document.alerts[0]!.response.command).toBe(
    `preflight runbook run bus/restart --param 'mode=it'\\''s fast' --config '/etc/pre flight.yaml'`,
  )
})

it('reads well', () => {
  const text = alertsText(document, { chalk: new Chalk({ level: 0 }), width: 100 })
  expect(text).toBe(`Alerts of eu "1"\\, profile prod, 2026-01-01 12:00:00 UTC

✖ firing  bus/down  P0
    bus/down is wrong
    found: refused redis://:(secret)@store \\e[2J ::error::x
    value: x "(secret)" \\
    since: 2026-01-01 11:30:00 UTC (61 rounds)
    run: preflight runbook run bus/restart --param 'mode=it'\\''s fast' --config '/etc/pre flight.yaml'
    call: the engineer on call, within 15 minutes
    call now: the lead
    after 1h, call: everybody

✖ firing  bus/late  P1
    bus/late is wrong
    found: slow
    check: bus/page is fail
    since: unknown: no earlier round is known
    run: preflight runbook run bus/restart --config '/etc/pre flight.yaml'
    call: the engineer on call

‼ not evaluable  bus/hidden  P0
    bus/hidden is wrong
    why: could not be observed: no answer
    check: bus/page is fail
    since: unknown: no earlier round is known
    run: preflight runbook run bus/restart --config '/etc/pre flight.yaml'
    call: the engineer on call, within 15 minutes

✔ not firing  bus/quiet  P1
    bus/quiet is wrong
    value: 12.35 %, limit: 80 %
    since: 2026-01-01 11:00:00 UTC

note: the history is damaged

2 firing, 1 not evaluable, 1 not firing
`)
})

describe('Prometheus text', () => {
  /** A line of the text format, https://prometheus.io/docs/instrumenting/exposition_formats/. */
  const line =
    /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})? [-+.\de]+)$/

  it('is valid, whatever the labels hold', () => {
    const text = alertsPrometheus(document)
    const lines = text.trimEnd().split('\n')
    expect(lines.filter((each) => !line.test(each))).toEqual([])
    expect(text.endsWith('\n')).toBe(true)
    expect(text).toContain('deployment="eu \\"1\\"\\\\"')
  })

  it('has the state of each alert, and figures that are numbers', () => {
    const text = alertsPrometheus(document)
    expect(text).toContain('preflight_alert_state{alert="bus/hidden",priority="P0",state="not-evaluable"} 1\n')
    expect(text).toContain('preflight_alert_state{alert="bus/hidden",priority="P0",state="firing"} 0\n')
    expect(text.match(/^preflight_alert_value\{.*$/gm)).toEqual([
      'preflight_alert_value{alert="bus/quiet",priority="P1",unit="%"} 12.3456',
    ])
    expect(text).toContain('preflight_alerts{state="firing"} 2\n')
  })
})

it('the JSON Schema of files of alerts takes those that ship, and no mistake', () => {
  const validate = new Ajv2020({ strict: false }).compile(alertFileJsonSchema())
  const file = parse(readFileSync(join(import.meta.dirname, '../../../alerts/arqonbus.yaml'), 'utf8')) as {
    alerts: Record<string, Record<string, unknown>>
  }
  expect(validate(file), JSON.stringify(validate.errors)).toBe(true)
  file.alerts['storage']!['wen'] = []
  expect(validate(file)).toBe(false)
})
