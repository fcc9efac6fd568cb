import type { z } from 'zod'
import type { Deadline } from '../base/time/deadline.js'
import type { TestedEnvironment } from '../environment/environment.js'
import type { AddressReading } from '../net/read-addresses.js'
import type { VariableDeclaration } from '../environment/variable-reading.js'
import type { FailureClass } from '../base/vocabulary.js'
import type { Expression, Template, Scope } from '../definitions/expression/expression.js'

/** Facts by name, or parts of one by their path (`rates.errors`), each with the reason for which it says nothing. */
export type Concealed = Readonly<Record<string, string>>

/**
 * By key of an input, that expressions fill it with what may not be shown: a secret, the value of a variable that is
 * not public. `credential`: it is handed on as it is, or is where a URL has its credentials; `open`: it may be anywhere
 * in the text.
 */
export type HiddenInput = Readonly<Record<string, 'credential' | 'open'>>

/** What an attempt gives its probe, besides its input. */
export interface ProbeContext {
  /**
   * Aborted at the attempt's time limit, at the run's deadline, and when the run is interrupted. Release everything
   * then.
   */
  readonly signal: AbortSignal
  /** When the attempt ends: what a driver's own limits are set from. */
  readonly deadline: Deadline
  readonly environment: TestedEnvironment
  /** What the check's pack says of its variables. */
  readonly variables: Readonly<Record<string, VariableDeclaration>>
  readonly hidden: HiddenInput
  /** The folder of the check's definition file: pack data (a `.proto`, a script) is named relative to it. */
  readonly packFolder: string
  /** An operator's list of leaked secrets, when one was given. */
  readonly knownSecretsFile: string | undefined
  /** Notes a rung as reached, so that an attempt that falls silent can say how far it came. */
  reached(rung: string): void
  /**
   * Notes facts that this observation does not give, for the reasons said: an expectation that reads one cannot be
   * evaluated.
   */
  withhold(facts: Concealed): void
  /** Notes a rung that is not on this way up: TLS, where the address asks for none. */
  bypassed(rung: string): void
}

/**
 * What only several observations say together: how fast something grows. Beside `samples`, and not among the facts of
 * each observation, where it would say nothing.
 */
export interface Together<Input extends z.ZodType = z.ZodType> {
  /** Keys of the input that ask for it: refused where there is one observation. */
  readonly inputs: readonly string[]
  /** The strict, described schema of the facts that a check with `sample` has besides. */
  readonly facts: z.ZodObject
  /**
   * The same with the names that an input as written gives some of them, for expressions: a name that is not among them
   * is a mistake. `undefined` where the input gives none.
   */
  declaredFacts?(written: unknown): z.ZodObject | undefined
  /**
   * @param observed the facts as `observe` returned them, the same objects, in order; fewer than asked for when the
   *   last has a problem
   */
  compare(
    input: z.output<Input>,
    observed: readonly Readonly<Record<string, unknown>>[],
  ): { readonly facts: Readonly<Record<string, unknown>>; readonly withheld: Concealed }
}

/** What somebody must provide before a probe can observe. */
export interface ProbeNeeds {
  /** Names or paths. */
  readonly programs?: readonly string[]
  /** Paths that are read. */
  readonly files?: readonly string[]
  /** What the login or the user must be allowed to do, each as a phrase: `write and delete keys below app:`. */
  readonly rights?: readonly string[]
}

/**
 * A kind of observation. It returns facts and knows no threshold; it changes nothing that lasts, leaves nothing behind
 * and holds nothing open when it settles.
 *
 * `observe` resolves to the facts (every one of them, always), throws `SilenceError` when its peer stayed silent, and
 * throws anything else for what it could not classify.
 */
export interface Probe<Input extends z.ZodType = z.ZodType, Facts extends z.ZodObject = z.ZodObject> {
  /** The name of its file, and its key in a check. */
  readonly kind: string
  /** What it observes, in a few words. */
  readonly title: string
  /** A paragraph for the reference page. */
  readonly description: string
  /** The strict, described schema of what is under its key. */
  readonly input: Input
  /** The strict, described schema of its facts; see `factTypeOf` for the types allowed. */
  readonly facts: Facts
  /** The facts for an input as written, where that declares some of its own; `undefined`: those of the kind. */
  declaredFacts?(written: unknown): z.ZodObject | undefined
  /** From the first to the last, for a ladder kind. */
  readonly rungs?: readonly string[]
  /** Time limit of an attempt when the check names none, in milliseconds. */
  readonly defaultTimeout: number
  /** `alone` for what eats the machine: nothing else runs beside it. */
  readonly concurrency?: 'shared' | 'alone'
  /** Checks that compile: the input and an expectation over the facts. Shown on the reference page. */
  readonly examples: readonly ProbeExample[]
  /**
   * Facts that say nothing for an input, each with why and what to do about it: an expectation that reads one would
   * judge what it is not shown. Asked of the input as written, where what expressions fill is missing, and again of the
   * one that is used.
   */
  concealed?(input: unknown, variables: Readonly<Record<string, VariableDeclaration>>, hidden: HiddenInput): Concealed
  /** What people must know of what it does with an input as written, for `explain`; a sentence. */
  remark?(input: unknown): string | undefined
  /**
   * Whether it only reads from an address with this input: within one round checks with the same input then share one
   * observation. Left out by kinds that write, send or look at this machine.
   */
  onlyReads?(input: z.output<Input>): boolean
  /**
   * Whether the facts show that the credentials of the input were refused: then nothing asks with them again by itself.
   * Left out by kinds that log in nowhere.
   */
  isLoginRefused?(input: z.output<Input>, facts: z.output<Facts>): boolean
  /** What must be provided for it besides an open port, for `requirements`; a value that is unknown is empty. */
  needs?(input: z.output<Input>): ProbeNeeds
  /** Variables of the environment under test that a driver reads beside the URL of an input; asked of it as written. */
  variables?(input: unknown): readonly string[]
  /**
   * Each place of the input that it contacts.
   *
   * @param environment the one under test, of which a driver takes what the input leaves out
   */
  addresses?(input: z.output<Input>, environment: TestedEnvironment): readonly AddressReading[]
  observe(input: z.output<Input>, context: ProbeContext): Promise<z.output<Facts>>
  readonly together?: Together<Input> | undefined
}

/** The probe with the facts that an input as written declares, those of several observations included. */
export function probeFor(probe: Probe, written: unknown): Probe {
  const facts = probe.declaredFacts?.(written)
  const compared = probe.together?.declaredFacts?.(written)
  if (facts === undefined && compared === undefined) return probe
  return {
    ...probe,
    facts: facts ?? probe.facts,
    together: probe.together === undefined ? undefined : { ...probe.together, facts: compared ?? probe.together.facts },
  }
}

export interface ProbeExample {
  readonly title: string
  readonly input: unknown
  /** Where several observations are made: how many, and the pause between them. */
  readonly sample?: { readonly times: number; readonly every: string }
  readonly expect: string
}

/** Gives a probe its types: `defineProbe({ kind: 'tcp', … })`, the default-less named export `probe` of its file. */
export function defineProbe<Input extends z.ZodType, Facts extends z.ZodObject>(
  probe: Probe<Input, Facts>,
): Probe<Input, Facts> {
  return Object.freeze(probe)
}

export interface Expectation {
  readonly that: Expression
  /** Text with `${{ … }}`, shown when `that` is false; without one the reporter shows `that` itself. */
  readonly message: Template | undefined
}

export interface CheckExpectation extends Expectation {
  /**
   * Whether it is the guard against problems: where it does not hold nothing else was seen, and nothing else is judged.
   */
  readonly isGuard?: boolean
  /** Whether its failure may pass by itself: the peer reports a state that it leaves without anybody's help. */
  readonly isTransient: boolean
  /** What its failure most likely is, where that is not what a failure of the check is in general. */
  readonly class?: FailureClass | undefined
}

export interface ProbeCall {
  readonly kind: string
  readonly input: Template
  /** What of the input may not be shown. */
  readonly hidden?: HiddenInput
  /** Its facts, where its input declares some of its own. */
  readonly facts?: z.ZodObject
}

export interface FailedExpectation {
  /** The expression as written. */
  readonly that: string
  readonly message: string
  /** What the expression found, by path; variables that are not public are left out. */
  readonly values: Readonly<Record<string, unknown>>
}

/**
 * What a check finds around it: everything about its system and its pack that a run needs and a definition does not
 * hold.
 */
export interface Surroundings {
  /** What its expressions see, facts aside. */
  readonly scope: Scope
  readonly environment: TestedEnvironment
  readonly variables: Readonly<Record<string, VariableDeclaration>>
  /** Names of inputs that may carry a credential. */
  readonly secretInputs: ReadonlySet<string>
  readonly knownSecretsFile: string | undefined
}

/** Whether an input as written has something in a place, an expression included, whose value is not known yet. */
export function isGiven(input: unknown, place: string): boolean {
  return typeof input === 'object' && input !== null && place in input
}
