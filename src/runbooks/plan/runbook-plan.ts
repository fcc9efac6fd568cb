import type { CoveredEntry } from './covered.js'
import type { RunbookDefinition, StepDefinition } from '../definition/runbook-definition.js'

/** A runbook in its place: the one that is run, or one that it includes. */
export interface Frame {
  readonly runbook: RunbookDefinition
  /** Path of the step that includes it; empty for the one that is run. */
  readonly path: string
  readonly parent: Frame | undefined
}

/** A step that belongs to the group of another: of an included runbook, or of an alternative that must be chosen. */
export interface Group {
  readonly path: string
  /** For an alternative: its name. */
  readonly alternative: string | undefined
}

/** A step in its place in a run: included runbooks and alternatives are spread out. */
export interface PlannedStep {
  /** Ids joined by `/`: `restart`, `how/systemd/restart`. Unique in the run. */
  readonly path: string
  readonly definition: StepDefinition
  readonly frame: Frame
  /** The groups it stands in, outermost first: skipped with any of them. */
  readonly groups: readonly Group[]
}

/** What a step would do, as far as it is known before the run. */
export interface PlannedAction {
  readonly kind: string
  readonly lines: readonly string[]
  readonly addresses: readonly string[]
  readonly effect: string
  readonly timeoutMs: number | null
  readonly expect: readonly string[]
}

/** What an approve step approves. */
export interface StepApproval {
  readonly digest: string
  /** Paths of the steps that it is for. */
  readonly covers: readonly string[]
}

/** The plan of a run, for people, for `--format json`, and for its hash. */
export interface RunbookPlanDocument {
  readonly schemaVersion: 1
  readonly runbook: string
  readonly title: string
  readonly hash: string
  readonly target: string
  /** Secret ones without their value. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly files: readonly { readonly path: string; readonly sha256: string | null }[]
  readonly checksDigest: string | null
  /** All that decides what the run does, each with its digest: the hash is over these. */
  readonly covers: readonly CoveredEntry[]
  /** What decides as well and is not covered, a sentence each. */
  readonly notCovered: readonly string[]
  readonly steps: readonly {
    readonly path: string
    readonly title: string
    readonly action: PlannedAction
    readonly when: string | null
    readonly groups: readonly string[]
    readonly destructive: boolean
    readonly pointOfNoReturn: boolean
    /** It changes something and nothing takes it back. */
    readonly irreversible: boolean
    readonly verify: PlannedAction | null
    readonly undo: PlannedAction | null
    /** Of an approve step; else `null`. */
    readonly approval: StepApproval | null
  }[]
}
