import { Deadline, longestTimer, deferred } from '../../base/time/deadline.js'
import { formatDuration } from '../../base/time/duration.js'
import { messageOf, describeThrown } from '../../base/errors.js'
import { owningStrays } from '../../base/stray-errors.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { Concealed } from '../../engine/probe.js'
import type { Operation, RunbookScope } from '../definition/runbook-definition.js'
import { UnansweredError } from '../../engine/person.js'
import {
  NotPerformedError,
  type ActionContext,
  type ActionDescription,
  type StepKind,
} from '../definition/step-kind.js'
import { withoutConcealed, withReasons, plainFacts, type Facts } from '../../engine/plain-facts.js'
import { judgeFacts, problemMet, type RunbookJudgement } from './judge-facts.js'

/** An operation whose input is known and fits its kind: what is announced, and then done. */
export interface PreparedStep {
  readonly input: unknown
  readonly description: ActionDescription
}

/** How an operation ended. */
export type Ending =
  /**
   * It is known how: the facts were judged. `changedNothing`: they show that the world is as before. `outputs`: in
   * practice, instead of what would be captured.
   */
  | {
      readonly kind: 'judged'
      readonly facts: Facts
      readonly judgement: RunbookJudgement
      readonly changedNothing: boolean
      readonly outputs?: Facts
    }
  /** Nothing of it was done. */
  | { readonly kind: 'not-performed'; readonly message: string }
  /** A person declined, or there was nobody to ask. */
  | { readonly kind: 'unanswered'; readonly message: string; readonly hint: string | undefined }
  /** It was begun, and nobody knows how far it came. */
  | { readonly kind: 'indefinite'; readonly message: string; readonly isInterrupted: boolean }

/** What the executor lends to every action; the rest of the context belongs to the attempt. */
type Lent = Omit<ActionContext, 'signal' | 'deadline' | 'filled' | 'probe'>

/** One probe attempt for `wait`; `concealed`: the facts that say nothing. */
export type ObserveProbe = (
  probe: { readonly kind: string; readonly input: unknown },
  signal: AbortSignal,
) => Promise<{ readonly facts: Facts; readonly concealed: Concealed }>

/** Milliseconds an action has to let go after its signal: its children are killed after the first 500. */
const releaseGrace = 3000

/**
 * Resolves and judges the input of an operation. Nothing is done.
 *
 * @throws NotPerformedError when an expression fails or the input does not fit the kind
 */
export function prepareOperation(
  operation: Operation,
  kind: StepKind,
  scope: RunbookScope,
  environment: TestedEnvironment,
): PreparedStep {
  let input: unknown
  try {
    input = kind.input.parse(operation.action.input.resolve(scope))
  } catch (thrown) {
    throw new NotPerformedError(`its input cannot be used: ${describeThrown(thrown)}`)
  }
  return { input, description: kind.describe(input, environment) }
}

/** Does it, within its time limit. Ends on time even when the action ignores its signal, and never rejects. */
export async function carryOut(
  operation: Operation,
  kind: StepKind,
  { input }: PreparedStep,
  scope: RunbookScope,
  lent: Lent,
  observe: ObserveProbe,
  interruption: AbortSignal,
): Promise<Ending> {
  if (interruption.aborted) return { kind: 'not-performed', message: 'the run was interrupted before it started' }
  const controller = new AbortController()
  const limit = operation.timeout ?? longestTimer
  const { probe } = operation.action
  let within = scope
  const context: ActionContext = {
    ...lent,
    signal: controller.signal,
    deadline: Deadline.after(limit),
    filled: operation.action.filled,
    probe:
      probe === undefined
        ? undefined
        : {
            async observe(signal) {
              const { facts, concealed } = await observe(
                { kind: probe.kind, input: probe.input.resolve(scope) },
                signal,
              )
              within = withReasons(scope, concealed)
              return withoutConcealed(facts, concealed)
            },
            complaint(facts) {
              const problem = problemMet(operation.guard, facts, within)
              if (problem !== undefined) return problem
              const judgement = judgeFacts(operation.expect, facts, within)
              if (judgement.status === 'error') throw new Error(judgement.message)
              return judgement.status === 'pass' ? undefined : judgement.message
            },
          },
  }
  const strays = deferred<Ending>()
  const stray = (thrown: unknown): void =>
    strays.resolve({ kind: 'indefinite', message: messageOf(thrown), isInterrupted: interruption.aborted })
  const performed = owningStrays(stray, () => Promise.resolve().then(() => kind.perform(input, context)))
    .then((facts): Ending => guardedBy(operation, judged(operation, kind, facts, scope), scope))
    .catch((thrown: unknown): Ending => {
      if (thrown instanceof NotPerformedError) return { kind: 'not-performed', message: messageOf(thrown) }
      if (thrown instanceof UnansweredError)
        return { kind: 'unanswered', message: messageOf(thrown), hint: thrown.hint }
      return { kind: 'indefinite', message: messageOf(thrown), isInterrupted: interruption.aborted }
    })
  const cut = { at: undefined as string | undefined }
  const stop = (reason: string): void => {
    cut.at ??= reason
    controller.abort(new Error(reason))
  }
  const timer =
    operation.timeout === undefined
      ? undefined
      : setTimeout(() => stop(`it did not end within ${formatDuration(limit)}`), Math.min(limit, longestTimer))
  const interrupt = (): void => stop('it was interrupted')
  interruption.addEventListener('abort', interrupt, { once: true })
  try {
    const ending = await Promise.race([performed, strays.promise, graceAfter(controller.signal)])
    if (ending === undefined)
      return {
        kind: 'indefinite',
        message: `${cut.at ?? 'it was cut off'}, and it did not stop`,
        isInterrupted: interruption.aborted,
      }
    // What an action says of its own abortion is less than why it was aborted.
    if (ending.kind === 'indefinite' && cut.at !== undefined)
      return { ...ending, message: ending.message.includes(cut.at) ? ending.message : `${cut.at}: ${ending.message}` }
    return ending
  } finally {
    clearTimeout(timer)
    interruption.removeEventListener('abort', interrupt)
    controller.abort()
  }
}

/** Settles, with nothing, some time after the signal. No timer outlives what it is raced against by more than that. */
async function graceAfter(signal: AbortSignal): Promise<undefined> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  await new Promise<void>((resolve) => setTimeout(resolve, releaseGrace).unref())
  return undefined
}

function judged(operation: Operation, kind: StepKind, facts: unknown, scope: RunbookScope): Ending {
  // A wait's facts are its probe's, and were judged by the probe's own schema.
  const parsed = operation.action.probe === undefined ? kind.facts.parse(facts) : facts
  const plain = plainFacts(parsed as Facts)
  return {
    kind: 'judged',
    facts: plain,
    judgement: judgeFacts(operation.expect, plain, scope, kind),
    changedNothing: kind.changedNothing?.(plain) ?? false,
  }
}

/** What was seen beside a problem is not judged, whatever the expectations make of it. */
function guardedBy({ guard }: Operation, ending: Ending, scope: RunbookScope): Ending {
  const problem = ending.kind === 'judged' ? problemMet(guard, ending.facts, scope) : undefined
  return ending.kind === 'judged' && problem !== undefined
    ? { ...ending, judgement: { status: 'error', message: problem } }
    : ending
}
