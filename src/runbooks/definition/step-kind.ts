import type { z } from 'zod'
import type { Deadline } from '../../base/time/deadline.js'
import type { EnvironmentSource } from '../../environment/environment-source.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { ProbeExample } from '../../engine/probe.js'
import type { FilledPlace, RunFacts } from './runbook-definition.js'
import type { Operator } from '../../processes/operator.js'
import type { Person } from '../../engine/person.js'
import type { StartedWith } from '../record/started-with.js'
import type { Effect } from './runbook-vocabulary.js'
import type { CheckAnswer } from '../../checks/judge-selection.js'

/** A selection of checks, judged at that moment. */
export interface CheckRequest {
  readonly select: readonly string[]
  readonly skip: readonly string[]
  readonly phase: 'all' | 'before-start' | 'after-start'
  /** Empty: what the deployment file says, else the default. */
  readonly profile: string
  /** Empty: what the run was given, else what the deployment file says. */
  readonly environmentFiles: readonly EnvironmentSource[]
  readonly inputs: Readonly<Record<string, string>>
}

/** A probe that a step holds, with what the step's expectations say of its facts. */
export interface InlineProbe {
  /** One attempt. @throws Error that says why there are no facts */
  observe(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>
  /** Whether the last attempt was refused its credentials: they are not tried again by themselves. */
  isLoginRefused(): boolean
  /** What is not as expected, or cannot be evaluated; `undefined` when all expectations hold. */
  complaint(facts: Readonly<Record<string, unknown>>): string | undefined
}

/** What an approve step needs of its run. */
export interface ApprovalContext {
  /** The digest of what the step approves, as it is now. */
  digest(): Promise<string>
  /**
   * Remembers that a document is used by this step of this run, before it counts.
   *
   * @returns why it cannot be: another run has used it
   * @throws NotPerformedError when that cannot be remembered
   */
  use(document: UsedApproval): Promise<string | undefined>
}

export interface UsedApproval {
  /** sha256 (hex) of the document's bytes. */
  readonly sha256: string
  readonly id: string
  /** ISO-8601. */
  readonly expires: string
}

/** What an action may use beside its own driver. */
export interface ActionContext {
  /** Aborted at the time limit and when the run is interrupted. Release everything then, children and sockets. */
  readonly signal: AbortSignal
  /** When the action must end; far away for one that waits for a person. */
  readonly deadline: Deadline
  /** The folder of the runbook's file: scripts and statements are named relative to it where the kind says so. */
  readonly folder: string
  /** The environment under test, empty where a run has none: drivers take from it what a URL leaves out. */
  readonly environment: TestedEnvironment
  /** Places of the input that expressions filled. */
  readonly filled: readonly FilledPlace[]
  readonly step: {
    readonly path: string
    readonly title: string
    readonly effect: Effect
    readonly isRepeated: boolean
  }
  readonly run: RunFacts & {
    readonly planHash: string
    readonly startedBy: Operator
    readonly startedWith?: StartedWith | undefined
  }
  readonly operator: Operator
  readonly person: Person
  /** A key that is the same each time this step of this run is carried out, for peers that drop duplicates. */
  readonly idempotencyKey: string
  /** Approval documents the operator named, for `approve`. */
  readonly approvals: readonly string[]
  readonly approval: ApprovalContext
  /** Text that shows how it goes on; redacted where it is shown. */
  output(text: string): void
  /** For a kind of structure `probe`. */
  readonly probe: InlineProbe | undefined
  /** Judges checks. @throws Error when they cannot be judged at all (wrong selection, unreadable file) */
  check(request: CheckRequest, signal: AbortSignal): Promise<CheckAnswer>
}

/**
 * The action was not carried out, and nothing of it: bad input, a program that is not there, a refused connection, a
 * rolled-back transaction.
 */
export class NotPerformedError extends Error {
  override readonly name = 'NotPerformedError'
}

/** Given before anything is done, for plans and journals. Never holds a credential. */
export interface ActionDescription {
  /**
   * One line each, exactly what would run: the command as a shell would have to be given it, the statement, the
   * request.
   */
  readonly lines: readonly string[]
  /** `host:port`, a URL without credentials, a socket path. */
  readonly addresses: readonly string[]
  /** Files that it reads, whose content belongs to the plan's hash. */
  readonly files: readonly string[]
  /** Those among them that say whose signature counts: no step is expected to change them. */
  readonly signers?: readonly string[]
  /** The same for files that are named from the folder of the runbook's file. */
  readonly ownFiles?: readonly string[]
  /** Programs that it starts, which belong to it as well. */
  readonly programs?: readonly ProgramUse[]
  /**
   * What decides how it ends and is unknown before, each to be read after the path of its step: `calls whatever its
   * shell text names`.
   */
  readonly notCovered?: readonly string[]
}

/** Something wrong with an input as it is written. */
export interface WrittenProblem {
  /** In the input. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** A program as an action names it, and where the system would look for it. */
export interface ProgramUse {
  /** The first word of the command. */
  readonly name: string
  /** Absolute folder that it starts in. */
  readonly cwd: string
  /** The `PATH` it is looked for on; the empty string where there is none. */
  readonly searchPath: string
}

/**
 * A kind of step. `perform` resolves to facts (total, of the declared shape) when it is known how it ended, be it well
 * or badly; throws `NotPerformedError` when nothing was done; throws anything else when it is not known what was done.
 */
export interface StepKind<Input extends z.ZodType = z.ZodType, Facts extends z.ZodObject = z.ZodObject> {
  /** The name of its file, and its key in a step. */
  readonly kind: string
  readonly title: string
  /** A paragraph for the reference page. */
  readonly description: string
  /**
   * The strict, described schema of what is under its key. Places for credentials are `credential()`, those that no
   * expression may fill `literal()`.
   */
  readonly input: Input
  readonly facts: Facts
  /** Effects that a step of this kind can have. A step must name its effect unless there is only one. */
  readonly effects: readonly [Effect, ...Effect[]]
  /** The effect of a step that names none, where the kind has several. */
  readonly assumedEffect?: Effect
  /** Expectations, as expressions over its facts, of a step that names none. */
  readonly expect: readonly [string, ...string[]]
  /**
   * What a failure found, for the message of the step: in place of a default expectation that does not hold, and after
   * one that the runbook wrote. Its first line is the summary.
   */
  explain?(facts: z.output<Facts>): string | undefined
  /** Milliseconds; `undefined`: none, for what waits for a person. */
  readonly defaultTimeout: number | undefined
  /** A person does it, and a run with such a step is completed by their word. */
  readonly isManual?: boolean
  /** Judges checks, whose definitions belong to the plan's hash then. */
  readonly judgesChecks?: boolean
  /** Which checks it would have judged. */
  selection?(input: z.output<Input>): CheckRequest
  /**
   * What is under the key besides plain input: `probe`: exactly one probe kind with its input; `values`:
   * outputs with their types; `alternatives`: lists of steps of which one is carried out; `include`: another runbook's
   * steps.
   */
  readonly structure?: 'probe' | 'values' | 'alternatives' | 'include'
  /** Its probe is asked once: the time limit of the step is that of the attempt, as for a check. */
  readonly asksOnce?: boolean
  readonly examples: readonly ProbeExample[]
  /**
   * Why a step with this input cannot capture a secret of its facts, which are in no journal then; `undefined`: it can.
   * A kind without it gives no secrets.
   */
  secretProblem?(written: unknown): string | undefined
  /** What is wrong with an input beyond its schema, as far as it is written out: `undefined` stands for expressions. */
  writtenProblems?(written: unknown): readonly WrittenProblem[]
  /** Whether facts of a failure prove that the world is as before: a transaction that was rolled back. */
  changedNothing?(facts: z.output<Facts>): boolean
  /** Whether facts show that the credentials of the input were refused: the step is not retried then. */
  isLoginRefused?(input: z.output<Input>, facts: z.output<Facts>): boolean
  /** @param environment as an action's context has it */
  describe(input: z.output<Input>, environment: TestedEnvironment): ActionDescription
  /** The programs of an input whose expressions have no value yet, as far as it writes them out. */
  writtenPrograms?(written: unknown): Pick<ActionDescription, 'programs' | 'notCovered'>
  perform(input: z.output<Input>, context: ActionContext): Promise<z.output<Facts>>
}

/** Gives a kind its types: the export `action` of its file. */
export function defineStepKind<Input extends z.ZodType, Facts extends z.ZodObject>(
  kind: StepKind<Input, Facts>,
): StepKind<Input, Facts> {
  return Object.freeze(kind)
}
