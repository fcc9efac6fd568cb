import type { Expectation, Probe } from '../../engine/probe.js'
import type { Expression, Template } from '../../definitions/expression/expression.js'
import type { FactType } from '../../base/facts.js'
import type { Position } from '../../base/errors.js'
import type { ChangeableKind } from '../plan/covered.js'
import type { RequirementDefinition } from './requirement-definition.js'
import type { Effect, OutputType, ParameterType, Schedule } from './runbook-vocabulary.js'

/** What expressions of a runbook can see. `facts` only in `expect` and `capture`. */
export type RunbookScope = {
  readonly facts?: unknown
  readonly params: Readonly<Record<string, unknown>>
  /** What earlier steps captured, by name. */
  readonly outputs: Readonly<Record<string, unknown>>
  readonly run: RunFacts
  /** Why a path has no value, for the message of an expression that reads it; never a value. */
  readonly absences?: Readonly<Record<string, string>>
}

/** The run itself, as expressions see it. */
export type RunFacts = {
  readonly id: string
  /** Name of the operating-system user who started it. */
  readonly operator: string
  readonly host: string
  /** ISO-8601. */
  readonly started_at: string
  /** The run's own folder (0700): the place for backups and evidence of this run. */
  readonly folder: string
}

export const runFactsType: FactType = {
  type: 'object',
  fields: {
    id: { type: 'string' },
    operator: { type: 'string' },
    host: { type: 'string' },
    started_at: { type: 'string' },
    folder: { type: 'string' },
  },
}

export interface ParameterDefinition {
  readonly name: string
  readonly type: ParameterType
  readonly description: string
  /** For `enum`. */
  readonly values: readonly string[] | undefined
  /** For `string`: what the whole value must match. */
  readonly pattern: { readonly source: string; matches(text: string): boolean } | undefined
  readonly minimum: number | undefined
  readonly maximum: number | undefined
  /** For `secret`: the environment variable it is read from when the operator names no other. */
  readonly variable: string | undefined
  /** `undefined` means required. May read the parameters above it. */
  readonly default: Template | undefined
  readonly position: Position
}

/**
 * A place of an input that an expression fills: where it is, and whether the text there begins with what the expression
 * gives.
 */
export interface FilledPlace {
  readonly path: readonly PropertyKey[]
  readonly isLeading: boolean
}

/** An action with what it takes: `run: [...]`, `http: {...}`. */
export interface ActionCall {
  readonly kind: string
  readonly input: Template
  readonly filled: readonly FilledPlace[]
  /** The same input with `(secret)` in each place that holds a secret; left out where there is none. */
  readonly shown?: Template
  /** Names of the secret outputs that it uses. */
  readonly secrets?: readonly string[]
  /** The probe that it holds, for a kind that observes. */
  readonly probe:
    { readonly kind: string; readonly of: Probe; readonly input: Template; readonly shown?: Template } | undefined
  /** As written, for people: what a plan shows where a value is not known yet. */
  readonly written: unknown
}

/** Something that can be carried out and judged: a step's action, its verification, its undo. */
export interface Operation {
  readonly action: ActionCall
  readonly effect: Effect
  /** Milliseconds; `undefined`: no limit (a person is waited for). */
  readonly timeout: number | undefined
  /** Judged before everything else: where it does not hold, a problem kept from being seen what is expected. */
  readonly guard?: Expectation | undefined
  /** Whether it is there although the file does not write it. */
  readonly hasAddedGuard?: boolean
  /** Never empty: the kind's own where the file names none. */
  readonly expect: readonly Expectation[]
}

export interface Capture {
  readonly name: string
  readonly type: OutputType
  /** Over `facts`. */
  readonly value: Expression
}

export interface StepDefinition extends Operation {
  readonly id: string
  readonly title: string
  /** Ids of steps of the same list. The step before, when the file names none. */
  readonly needs: readonly string[]
  readonly when: Expression | undefined
  readonly retry: { readonly attempts: number; readonly delay: number }
  readonly verify: Operation | undefined
  readonly undo: (Operation & { readonly verify: Operation | undefined }) | undefined
  readonly destructive: boolean
  /** An item of a checklist that carries out another runbook: a person approves that first. */
  readonly asksFirst: boolean
  readonly pointOfNoReturn: boolean
  /** What it changes of all that decides the run. */
  readonly changes: readonly ChangeableKind[]
  readonly capture: readonly Capture[]
  /** For `choose`: the alternatives, in their order. */
  readonly alternatives: readonly Alternative[]
  /** For `runbook`: the id of the other. */
  readonly includes: string | undefined
  readonly position: Position
}

export interface Alternative {
  readonly name: string
  readonly title: string
  readonly steps: readonly StepDefinition[]
}

/** Where the product does something else than the target's written runbook, and why. */
interface Departure {
  /** The written runbook's own words: a command, mostly. */
  readonly wording: string
  readonly instead: string
  readonly why: string
}

/** A runbook as compiled from its file: frozen, complete, free of file syntax. */
export interface RunbookDefinition {
  readonly id: string
  readonly system: string
  readonly title: string
  readonly description: string
  readonly parameters: readonly ParameterDefinition[]
  /** What must not be worked on by two runs at a time; text with `${{ … }}` over `params`. */
  readonly target: Template
  /**
   * A database URL, and the home of the service's account: the lock is then an advisory lock there, beside the one of
   * this machine.
   */
  readonly lock: { readonly database: Template; readonly serviceHome: Template | undefined } | undefined
  readonly onFailure: 'stop' | 'undo'
  /** Its steps are items: each is judged, whatever the others say. */
  readonly isChecklist: boolean
  readonly schedule: Schedule | undefined
  /** What must be there before the first step. */
  readonly requires: readonly RequirementDefinition[]
  /** In an order in which every step is after all that it needs. */
  readonly steps: readonly StepDefinition[]
  /** What runs when an undo has ended that took something of this runbook back: all of it, in this order. */
  readonly afterUndo: readonly StepDefinition[]
  readonly departures: readonly Departure[]
  readonly source: string
  readonly position: Position
  /** Absolute folder of its file. */
  readonly folder: string
  /** The file's content as plain values, for digests and for the list of changes. */
  readonly written: unknown
  /** sha256 (hex) of `written`. */
  readonly digest: string
}

/** Whether a person must approve a step before it is carried out. */
export function needsApproval({ destructive, asksFirst }: Pick<StepDefinition, 'destructive' | 'asksFirst'>): boolean {
  return destructive || asksFirst
}

/**
 * Where a guard was added before the expectations of a runbook, the kinds' own ones included: `stop`, `how/systemd/stop
 * verify`, `stop undo verify`.
 */
export function addedGuards({ steps, afterUndo }: Pick<RunbookDefinition, 'steps' | 'afterUndo'>): readonly string[] {
  return [...steps.flatMap((step) => ofStep(step, '')), ...afterUndo.flatMap((step) => ofStep(step, 'after-undo/'))]
}

function ofStep(step: StepDefinition, before: string): readonly string[] {
  const path = `${before}${step.id}`
  const operations: readonly (readonly [string, Operation | undefined])[] = [
    [path, step],
    [`${path} verify`, step.verify],
    [`${path} undo`, step.undo],
    [`${path} undo verify`, step.undo?.verify],
  ]
  const own = operations.flatMap(([place, operation]) => (operation?.hasAddedGuard === true ? [place] : []))
  return [
    ...own,
    ...step.alternatives.flatMap(({ name, steps }) => steps.flatMap((each) => ofStep(each, `${path}/${name}/`))),
  ]
}
