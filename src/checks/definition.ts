import type { Position } from '../base/errors.js'
import type { VariableDeclaration } from '../environment/variable-reading.js'
import type { FailureClass, Severity, Stage } from '../base/vocabulary.js'
import type { Expression, InputDefinition, Template } from '../definitions/expression/expression.js'
import type { Sampling } from '../engine/sampled-probe.js'
import type { Expectation, CheckExpectation, ProbeCall } from '../engine/probe.js'

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
  /** Limits whose breach is a warning: judged in order when all that is expected holds. */
  readonly warn: readonly Expectation[]
  /** What is reported when it passes. */
  readonly note?: Template | undefined
  /** Whether every expectation is judged, also those after one that failed. */
  readonly isIndependent: boolean
  /** Whether the guard among the expectations was put there by the compiler. */
  readonly hasAddedGuard: boolean
  readonly waivable: boolean
  /** Milliseconds an attempt may take; from the check, else the kind's default. */
  readonly timeout: number
  /** How often an attempt observes, when it is several times. */
  readonly sample?: Sampling | undefined
  readonly retry: { readonly attempts: number; readonly delay: number }
  readonly fix: string
  /** What fixes it, for reports to show. */
  readonly remedy: Remedy | undefined
  /** The id of the runbook that answers a failure. */
  readonly runbook: string | undefined
  /** The page that explains it: a URL, or a path below the deployment's `docs-url`. */
  readonly docs: string | undefined
  readonly source: string
  readonly position: Position
  /** Absolute folder of its file: pack data is named relative to it. */
  readonly folder: string
  /** Names of the pack inputs that the check reads, directly or through another input's default. */
  readonly inputs: readonly string[]
  /** Variables the check reads, of which snapshots and messages speak. */
  readonly variables: readonly string[]
  /**
   * What it reads itself, not through the default of an input: paths (`vars.NAME`, `inputs.name`), and `env.NAME` for a
   * variable that its probe reads by name.
   */
  readonly references: readonly string[]
  /**
   * sha256 (hex) of the definition's canonical form, with what its pack declares of the variables and inputs it reads.
   */
  readonly digest: string
}

/** A command that fixes a check: a program with its arguments, or a runbook. */
type Remedy =
  { readonly run: readonly string[]; readonly safe: boolean } | { readonly runbook: string; readonly safe: boolean }

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

/** How often a pack allows an address to be asked. */
export interface PeerDefinition {
  /** A segment, unique within its system. */
  readonly name: string
  readonly system: string
  readonly address: Template
  readonly requests: number
  /** Milliseconds. */
  readonly per: number
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
  readonly peers: readonly PeerDefinition[]
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
