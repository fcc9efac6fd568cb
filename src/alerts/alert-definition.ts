import type { Expression } from '../definitions/expression/expression.js'
import type { Position } from '../base/errors.js'

/** Statuses of a check that an alert can fire on. `error` is never one: what could not be asked is no alarm. */
export const firingStatuses = ['warn', 'fail', 'timeout'] as const

export type FiringStatus = (typeof firingStatuses)[number]

/** How urgent an alert is, in the words of its system. */
export interface AlertPriority {
  readonly name: string
  /** Its place among the priorities of the file: 0 is the most urgent. */
  readonly rank: number
  /** Who is called. */
  readonly call: string
  /** How soon; empty where the file does not say. */
  readonly within: string
}

/** A figure that is shown: of the check's facts, inputs and variables. */
export interface ShownFigure {
  readonly value: Expression
  /** What the value is compared with; `undefined` where the file does not say. */
  readonly limit: Expression | undefined
  /** Shown behind both; empty for none. */
  readonly unit: string
}

/** Holds when the check ends in one of the statuses. */
export interface StatusCondition {
  readonly kind: 'status'
  readonly check: string
  readonly on: ReadonlySet<FiringStatus>
  readonly figure: ShownFigure | undefined
}

/**
 * Holds when a figure of one process rose in each of the last rounds, and by more than a share over all of them.
 */
export interface GrowthCondition {
  readonly kind: 'growth'
  readonly check: string
  readonly figure: Expression
  /** What tells one process from the one that follows it: its start, say. */
  readonly process: Expression
  readonly rounds: number
  /** Percent of the first figure that the last must exceed it by. */
  readonly above: number
  readonly unit: string
}

export type AlertCondition = StatusCondition | GrowthCondition

/** What is run when an alert fires. */
export interface AlertResponse {
  readonly runbook: string
  /** Parameters as they are written on a command line. */
  readonly parameters: Readonly<Record<string, string>>
}

interface Escalation {
  /** Milliseconds for which the alert has been firing. */
  readonly after: number
  readonly call: string
}

/** An alert as compiled from its file: frozen and complete. */
export interface AlertDefinition {
  /** `<system>/<name>`. */
  readonly id: string
  readonly system: string
  /** A present-tense fact, true when the alert fires. */
  readonly title: string
  readonly why: string
  readonly priority: AlertPriority
  /** Any of them holds: the alert's condition holds. */
  readonly conditions: readonly AlertCondition[]
  /** In how many rounds in a row the condition must hold before the alert fires. */
  readonly rounds: number
  readonly response: AlertResponse
  readonly escalate: readonly Escalation[]
  readonly source: string
  readonly position: Position
  /** sha256 (hex) of what is written of it: what was counted under another definition does not count. */
  readonly digest: string
}

/** The checks that alerts ask, each once. */
export function checksAsked(alerts: readonly AlertDefinition[]): readonly string[] {
  return [...new Set(alerts.flatMap(({ conditions }) => conditions.map(({ check }) => check)))]
}
