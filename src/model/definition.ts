import type { Position } from './position.js'
import type { HiddenInput } from './probe.js'
import type { VariableDeclaration } from './reading.js'
import type { FailureClass, Severity, Stage } from './vocabulary.js'

/** Names and what they stand for, in any kind of file. `absences` says why a path has no value, for messages; never a value. */
export type ExpressionScope = Readonly<Record<string, unknown>> & { readonly absences?: Readonly<Record<string, string>> | undefined }

/** What expressions of a check can see. `facts` only in `expect`; `env` holds raw text, absent names absent. */
export type Scope = {
  readonly facts?: unknown
  readonly vars: Readonly<Record<string, unknown>>
  readonly env: Readonly<Record<string, string>>
  readonly inputs: Readonly<Record<string, unknown>>
  readonly profile: string
  /** Why a path has no value (`vars.NAME`, `inputs.name`), for the message of an expression that reads it; never a value. */
  readonly absences?: Readonly<Record<string, string>>
}

/** A compiled, type-checked expression. */
export interface Expression {
  readonly source: string
  /** Every path it reads, as written: `facts.value`, `vars.NAME`, `inputs.bus_url`, `profile`. */
  readonly references: readonly string[]
  /** By variable or input, those that it is asked to be the same as: the value of one tells the other's. */
  readonly equated?: ReadonlyMap<string, readonly string[]>
  /** @throws Error when the evaluation fails; the message never holds a value */
  evaluate(scope: ExpressionScope): unknown
}

/** A value of a definition in which `${{ … }}` may stand: resolved only when it is used. */
export interface Template {
  readonly references: readonly string[]
  /** @throws Error when one of its expressions fails */
  resolve(scope: ExpressionScope): unknown
}

export interface Expectation {
  readonly that: Expression
  /** Text with `${{ … }}`, shown when `that` is false; without one the reporter shows `that` itself. */
  readonly message: Template | undefined
}

export interface CheckExpectation extends Expectation {
  /** Whether it is the guard against problems: where it does not hold nothing else was seen, and nothing else is judged. */
  readonly isGuard?: boolean
  /** Whether its failure may pass by itself: the peer tells of a state that it leaves without anybody's help. */
  readonly isTransient: boolean
  /** What its failure most likely is, where that is not what a failure of the check is in general. */
  readonly class?: FailureClass | undefined
}

export interface ProbeCall {
  readonly kind: string
  readonly input: Template
  /** What of the input may not be shown. */
  readonly hidden?: HiddenInput
}

/** A check as compiled from its pack: frozen, complete, free of file syntax. */
export interface CheckDefinition {
  readonly id: string
  /** The first segment of the id. */
  readonly system: string
  readonly title: string
  readonly why: string
  readonly severity: Severity
  readonly class: FailureClass
  readonly profiles: readonly string[]
  readonly stage: Stage
  readonly needs: readonly string[]
  readonly when: Expression | undefined
  /** Judged of the facts before anything else; when false the check is not applicable, and the message says why. */
  readonly applies: Expectation | undefined
  readonly probe: ProbeCall
  /** Judged in order; the first is the guard against problems where its kind needs one. */
  readonly expect: readonly CheckExpectation[]
  /** Whether every expectation is judged, also those after one that failed. */
  readonly isIndependent: boolean
  /** Whether the guard among the expectations was put there by the compiler. */
  readonly hasAddedGuard: boolean
  readonly waivable: boolean
  /** Milliseconds an attempt may take; from the check, else the kind's default. */
  readonly timeout: number
  readonly retry: { readonly attempts: number; readonly delay: number }
  readonly fix: string
  readonly source: string
  readonly position: Position
  /** Absolute folder of its file: pack data is named relative to it. */
  readonly folder: string
  /** Names of the pack inputs that the check reads, directly or through another input's default. */
  readonly inputs: readonly string[]
  /** Variables the check reads, of which snapshots and messages speak. */
  readonly variables: readonly string[]
  /** sha256 (hex) of the definition's canonical form, with what its pack declares of the variables and inputs it reads. */
  readonly digest: string
}

/** Something to gather when an incident is captured, as compiled from its pack. */
export interface EvidenceDefinition {
  /** A segment, unique within its system. */
  readonly name: string
  readonly system: string
  readonly title: string
  /** The kind of collector, and what it takes. */
  readonly call: ProbeCall
  /** When false, there is nothing to gather. */
  readonly when: Expression | undefined
  /** Milliseconds it may take. */
  readonly timeout: number
  readonly position: Position
}

export const inputTypes = ['string', 'integer', 'number', 'boolean', 'duration', 'url', 'path', 'list'] as const
export type InputType = (typeof inputTypes)[number]

/** What a deployment may or must tell a pack: an address, a path, a threshold. */
export interface InputDefinition {
  readonly name: string
  readonly system: string
  readonly type: InputType
  readonly description: string
  /** Allowed values, for a string. */
  readonly values: readonly string[] | undefined
  /** May hold a credential: its value is redacted everywhere. */
  readonly secret: boolean
  /** `undefined` means required. */
  readonly default: Template | undefined
  /** The variables and inputs whose values its default may tell of: `env.NAME`, `vars.NAME`, `inputs.NAME`. */
  readonly tellsOf: readonly string[]
  /** Of those, the ones that its default makes a piece of a longer text, with no `@` behind them. */
  readonly opens: readonly string[]
  readonly position: Position
}

/** A system's checks and everything they share. */
export interface Pack {
  readonly system: string
  readonly root: string
  readonly files: readonly string[]
  readonly variables: Readonly<Record<string, VariableDeclaration>>
  readonly inputs: readonly InputDefinition[]
  readonly checks: readonly CheckDefinition[]
  /** What is gathered for an incident, in declaration order. */
  readonly evidence: readonly EvidenceDefinition[]
}

/** Everything that was loaded, from every root. */
export interface Definitions {
  readonly packs: readonly Pack[]
  /** Every check by id, in declaration order of the packs. */
  readonly checks: ReadonlyMap<string, CheckDefinition>
  /** Canonical profile by every name it goes by. */
  readonly profiles: ReadonlyMap<string, string>
  /** What a bare `run` selects: the union of every root's `selection.yaml`, all of a root that has none. */
  readonly defaultSelection: readonly string[]
  /** sha256 (hex) over all definitions. */
  readonly digest: string
}
