import type { CheckDefinition } from '../definition.js'
import type { Stage } from '../../base/vocabulary.js'

/** What a run was asked to select, as given. */
export interface SelectionRequest {
  /** Ids or path prefixes; empty means the configured or shipped default. */
  readonly selectors: readonly string[]
  /** Those of the command line alone: what the deployment file selects may shrink unseen. */
  readonly given: readonly string[]
  readonly stages: readonly Stage[]
  readonly skip: readonly string[]
  readonly phase: 'all' | 'before-start' | 'after-start'
  readonly profile: string
  /** What is said of a selector that selects nothing and resembles nothing. */
  readonly unknownHint?: string | undefined
  /** What the command line says of the gates: `--gates`, `--no-gates`, or nothing. */
  readonly gates?: boolean | undefined
  /** Where it is written that the gates are left out: `gates: false, preflight.yaml:7`, or the flag. */
  readonly withoutGates?: string | undefined
}

/** A selector names a check by its id, or every check below a path prefix that ends between two segments. */
export function selectorMatches(selector: string, id: string): boolean {
  return id === selector || id.startsWith(`${selector}/`)
}

/** The system of a check, a runbook or an alert, or of a path above them. */
export function systemOf(id: string): string {
  return id.split('/')[0]!
}

/** A check in its place. `needs` holds only those needs that were selected too. */
export interface PlannedCheck {
  readonly definition: CheckDefinition
  readonly needs: readonly string[]
}

/**
 * The selected checks in the order of the report: stages first, then needs before dependants, then declaration order.
 */
export interface Plan {
  readonly profile: string
  readonly request: SelectionRequest
  readonly checks: readonly PlannedCheck[]
  /** How many checks the systems in play have. */
  readonly declared: number
  /** Ids that were declared and not selected, `skipped` among them. */
  readonly deselected: readonly string[]
  /** Ids that a --skip removed. */
  readonly skipped: readonly string[]
  /** Of the deselected, those that are left out with the gates; absent when none is. */
  readonly gatesLeftOut?: GatesLeftOut | undefined
}

export interface GatesLeftOut {
  /** Where that is written: `gates: false, preflight.yaml:7`, or the flag. */
  readonly by: string
  readonly ids: readonly string[]
}

/** What every output says of gates that are left out: `the gates were left out (gates: false, preflight.yaml:7)`. */
export function gatesLeftOutText({ by }: Pick<GatesLeftOut, 'by'>): string {
  return `the gates were left out (${by})`
}
