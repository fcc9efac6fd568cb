import { z } from 'zod'
import { toolVersion } from '../base/package.js'
import { exitCodes, type ExitCode } from '../base/errors.js'
import { statuses } from '../base/vocabulary.js'
import { commandLine } from '../base/text/shell-words.js'
import type { AlertDefinition } from './alert-definition.js'
import { alertStates, type AlertStanding, type AlertState } from './evaluate/alert-standing.js'
import type { ConditionReading, Figure } from './evaluate/condition-reading.js'

const figure = z.union([z.string(), z.number(), z.boolean()]).nullable()

const conditionResult = z.strictObject({
  check: z.string().describe('the id of the check that was asked'),
  status: z.enum([...statuses, 'not-asked']).describe('how it ended; not-asked: it is not part of the profile'),
  answer: z
    .enum(['holds', 'does-not-hold', 'unknown', 'does-not-apply'])
    .describe('whether the condition holds; unknown when it could not be observed'),
  message: z.string().describe('what was found, or why nothing was'),
  value: figure.describe('null where the alert shows none, or it is unknown'),
  limit: figure.describe('what the value is compared with; null where the alert shows none'),
  unit: z.string().describe('of value and limit; empty for none'),
})

const alertResult = z.strictObject({
  id: z.string(),
  system: z.string(),
  title: z.string().describe('true when the alert fires'),
  why: z.string(),
  priority: z.strictObject({
    name: z.string(),
    rank: z.int().min(0).describe('0 is the most urgent of the system'),
    call: z.string().describe('who is called'),
    within: z.string().describe('how soon somebody must answer; empty where the file does not say'),
  }),
  state: z.enum(alertStates),
  since: z
    .string()
    .nullable()
    .describe('ISO-8601: since when it is in this state; null when no earlier round is known'),
  rounds: z.strictObject({
    held: z.int().min(0).describe('rounds in a row in which the condition held'),
    needed: z.int().min(1).describe('rounds in a row after which it fires'),
  }),
  message: z.string().describe('what was found, or why it cannot be evaluated'),
  value: figure,
  limit: figure,
  unit: z.string(),
  conditions: z.array(conditionResult).describe('any of which fires the alert'),
  response: z.strictObject({ runbook: z.string(), command: z.string().describe('for bash') }),
  escalate: z.array(
    z.strictObject({
      afterMs: z.int().min(1),
      call: z.string(),
      due: z.boolean().describe('it has been firing for that long'),
    }),
  ),
})

const count = () => z.int().min(0)

/** What `preflight alerts --format json` prints. */
export const alertsDocumentSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('preflight'), version: z.string() }),
  at: z.string().describe('ISO-8601: when the round began'),
  deployment: z.string().nullable(),
  profile: z.string(),
  host: z.string(),
  exitCode: z
    .union([z.literal(0), z.literal(1), z.literal(4)])
    .describe('1 an alert fires; 4 none fires and one cannot be evaluated; 0 otherwise'),
  counts: z.strictObject({ firing: count(), notEvaluable: count(), notFiring: count() }),
  notices: z.array(z.string()),
  alerts: z.array(alertResult).describe('what fires first, then what cannot be evaluated; by priority'),
})

export type AlertsDocument = z.output<typeof alertsDocumentSchema>

export type AlertResult = AlertsDocument['alerts'][number]

/** What a program of `--on-change` reads on its standard input. */
export const alertChangeSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: alertsDocumentSchema.shape.tool,
  at: z.string().describe('ISO-8601: when the round began that found it'),
  deployment: z.string().nullable(),
  profile: z.string(),
  host: z.string(),
  from: z.enum(alertStates).describe('the state before; not-firing where none was known'),
  to: z.enum(alertStates),
  alert: alertResult,
})

export type AlertChange = z.output<typeof alertChangeSchema>

/** A round of alerts, before anything of it is redacted. */
export interface AlertRound {
  /** ISO-8601. */
  readonly at: string
  readonly standings: readonly AlertStanding[]
  /** Redacted. */
  readonly notices: readonly string[]
}

export interface AlertsMeta {
  readonly deployment: string | null
  readonly profile: string
  readonly host: string
  /** What a copied command needs to find the same runbooks: flags with their values. */
  readonly runbookFlags: readonly string[]
  /** Takes secrets out of text from outside. */
  readonly redact: (text: string) => string
}

/** The document of a round: redacted, in the order in which people read it. */
export function alertsDocument({ at, standings, notices }: AlertRound, meta: AlertsMeta): AlertsDocument {
  const { deployment, profile, host } = meta
  const alerts = standings.map((standing) => alertResultOf(standing, at, meta)).sort(byUrgency)
  const counted = (state: AlertState): number => alerts.filter((alert) => alert.state === state).length
  const counts = {
    firing: counted('firing'),
    notEvaluable: counted('not-evaluable'),
    notFiring: counted('not-firing'),
  }
  return {
    schemaVersion: 1,
    tool: { name: 'preflight', version: toolVersion },
    at,
    deployment,
    profile,
    host,
    exitCode: exitCodeOfAlerts(counts),
    counts,
    notices: [...notices],
    alerts,
  }
}

function exitCodeOfAlerts({ firing, notEvaluable }: AlertsDocument['counts']): AlertsDocument['exitCode'] & ExitCode {
  if (firing > 0) return exitCodes.failed
  return notEvaluable > 0 ? exitCodes.notEvaluated : exitCodes.go
}

function byUrgency(one: AlertResult, other: AlertResult): number {
  return (
    alertStates.indexOf(one.state) - alertStates.indexOf(other.state) ||
    one.priority.rank - other.priority.rank ||
    (one.id < other.id ? -1 : 1)
  )
}

function alertResultOf(standing: AlertStanding, at: string, meta: AlertsMeta): AlertResult {
  const { alert, state, since, held, message, deciding, conditions } = standing
  const { redact } = meta
  const firingFor = state === 'firing' && since !== undefined ? Date.parse(at) - Date.parse(since) : -1
  return {
    id: alert.id,
    system: alert.system,
    title: alert.title,
    why: alert.why,
    priority: { ...alert.priority },
    state,
    since: since ?? null,
    rounds: { held, needed: alert.rounds },
    message: redact(message),
    value: shownFigure(deciding.value, redact),
    limit: shownFigure(deciding.limit, redact),
    unit: deciding.unit,
    conditions: conditions.map((condition) => conditionResultOf(condition, redact)),
    response: { runbook: alert.response.runbook, command: responseCommand(alert, meta) },
    escalate: alert.escalate.map(({ after, call }) => ({ afterMs: after, call, due: firingFor >= after })),
  }
}

function conditionResultOf(
  { check, status, answer, message, value, limit, unit }: ConditionReading,
  redact: AlertsMeta['redact'],
): AlertResult['conditions'][number] {
  return {
    check,
    status,
    answer,
    message: redact(message),
    value: shownFigure(value, redact),
    limit: shownFigure(limit, redact),
    unit,
  }
}

function shownFigure(value: Figure | undefined, redact: AlertsMeta['redact']): Figure | null {
  return typeof value === 'string' ? redact(value) : (value ?? null)
}

/** The response as a command that can be copied. */
function responseCommand({ response }: AlertDefinition, { runbookFlags }: AlertsMeta): string {
  const parameters = Object.entries(response.parameters).flatMap(([name, value]) => ['--param', `${name}=${value}`])
  return commandLine(['preflight', 'runbook', 'run', response.runbook, ...parameters, ...runbookFlags])
}
