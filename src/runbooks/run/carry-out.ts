import { Deadline, longestTimer } from '../../base/time/deadline.js'
import { formatDuration } from '../../base/time/duration.js'
import { describeThrown } from '../../base/describe-thrown.js'
import { messageOf, UnobservedError } from '../../base/errors.js'
import { rejectingOnStray } from '../../base/stray-errors.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import { isRefusal } from '../../net/refusal.js'
import { waitingText } from '../../net/turn.js'
import { attempt } from '../../engine/attempt.js'
import type { Template } from '../../definitions/expression/expression.js'
import type { Operation, RunbookScope } from '../definition/runbook-definition.js'
import { UnansweredError } from '../../engine/person.js'
import {
  NotPerformedError,
  type ActionContext,
  type ActionDescription,
  type StepKind,
} from '../definition/step-kind.js'
import { plainFacts, type Facts } from '../../engine/plain-facts.js'
import { describeProbe, inlineProbe } from './inline-probe.js'
import { judgeStep, type StepJudgement } from './judge-step.js'

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
      readonly judgement: StepJudgement
      readonly changedNothing: boolean
      readonly outputs?: Facts
      /** Its credentials were refused. */
      readonly isLoginRefused?: boolean
    }
  /** Nothing of it was done. */
  | {
      readonly kind: 'not-performed'
      readonly message: string
      readonly isLoginRefused?: boolean
      /** A peer refused it, for a reason that could be classified. */
      readonly isProblem?: boolean
    }
  /** A person declined, or there was no one to ask. */
  | { readonly kind: 'unanswered'; readonly message: string; readonly hint: string | undefined }
  /** It was begun; how far it came is unknown. */
  | {
      readonly kind: 'indefinite'
      readonly message: string
      readonly isInterrupted: boolean
      /** The credentials of what it waited for were refused. */
      readonly isLoginRefused?: boolean
    }

/** What the executor gives to every action; the rest of the context belongs to the attempt. */
type SharedContext = Omit<ActionContext, 'signal' | 'deadline' | 'filled' | 'probe'>

/** Milliseconds an action has to release everything. */
const releaseGrace = 3000

/** Milliseconds between the end of the only attempt of a probe and that of its step. */
const attemptSlack = 500

/**
 * Resolves and judges the input of an operation. Nothing is done. Its description is made of an input without secrets:
 * nothing can be told from it, not even how long one is.
 *
 * @param isPlayed it is not carried out, so that its secrets need not be there
 * @throws NotPerformedError when an expression fails or the input does not fit the kind
 */
export function prepareOperation(
  operation: Operation,
  kind: StepKind,
  scope: RunbookScope,
  environment: TestedEnvironment,
  isPlayed = false,
): PreparedStep {
  const { input, shown, probe } = operation.action
  const read = (template: Template): unknown => {
    try {
      return kind.input.parse(template.resolve(scope))
    } catch (thrown) {
      throw new NotPerformedError(`its input cannot be used: ${describeThrown(thrown)}`)
    }
  }
  const seen = read(shown ?? input)
  const description = kind.describe(seen, environment)
  const { lines, addresses } =
    probe === undefined ? { lines: [], addresses: [] } : describeProbe(probe, scope, environment)
  return {
    input: shown === undefined || isPlayed ? seen : read(input),
    description: {
      ...description,
      lines: [...description.lines, ...lines],
      addresses: [...description.addresses, ...addresses],
    },
  }
}

/** Does it, within its time limit. Ends on time even when the action ignores its signal, and never rejects. */
export async function carryOut(
  operation: Operation,
  kind: StepKind,
  { input }: PreparedStep,
  scope: RunbookScope,
  sharedContext: SharedContext,
  interruption: AbortSignal,
): Promise<Ending> {
  if (interruption.aborted) return { kind: 'not-performed', message: 'the run was interrupted before it started' }
  const { action, timeout } = operation
  const { probe } = action
  // A little later than an attempt's own limit, which can say how far the probe came.
  const deadline = Deadline.after((timeout ?? longestTimer) + (kind.asksOnce === true ? attemptSlack : 0))
  const attemptLimit = kind.asksOnce === true ? timeout : probe?.of.defaultTimeout
  const held =
    probe === undefined
      ? undefined
      : inlineProbe(operation, probe, { scope, ...sharedContext }, attemptLimit ?? longestTimer)
  const context = { ...sharedContext, deadline, filled: action.filled, probe: held }
  let isWaiting = false
  const ended = await attempt<Ending>({
    onWaiting(waiting) {
      if (waiting !== undefined && !isWaiting) sharedContext.output(`${waitingText(waiting)}\n`)
      isWaiting = waiting !== undefined
    },
    // After a stray error it is unknown how far the action came, and it may never end.
    async begin(signal) {
      const facts: unknown = await rejectingOnStray(async () => kind.perform(input, { ...context, signal }))
      const { facts: plain, ...ending } = judged(operation, kind, facts, held?.scope() ?? scope)
      const isLoginRefused = held?.isLoginRefused() ?? kind.isLoginRefused?.(input, plain) === true
      return { ...ending, facts: plain, isLoginRefused }
    },
    thrown(error) {
      const message = messageOf(error)
      if (error instanceof NotPerformedError)
        return {
          kind: 'not-performed',
          message,
          isLoginRefused: isRefusedLogin(error.cause),
          isProblem: isRefusal(error.cause),
        }
      if (error instanceof UnansweredError) return { kind: 'unanswered', message, hint: error.hint }
      const indefinite = { kind: 'indefinite', message, isInterrupted: interruption.aborted } as const
      return held?.isLoginRefused() === true ? { ...indefinite, isLoginRefused: true } : indefinite
    },
    limit: timeout === undefined ? undefined : deadline,
    silence: `it did not end within ${formatDuration(timeout ?? longestTimer)}`,
    interruption,
    grace: releaseGrace,
  })
  if ('end' in ended) return ended.end
  const { why } = ended.cut
  const late = await ended.late
  if (late === undefined)
    return { kind: 'indefinite', message: `${why}, and it did not stop`, isInterrupted: interruption.aborted }
  // What an action says of its own abortion is less than why it was aborted.
  if (late.kind !== 'indefinite' || late.message.includes(why)) return late
  return { ...late, message: `${why}: ${late.message}` }
}

/** The problems of the kinds that log in whose credentials were refused. */
const refusedLogins: ReadonlySet<string> = new Set([
  'wrong-password',
  'auth-required',
  'not-admitted',
  'authorization-violation',
  'login-refused',
])

function isRefusedLogin(cause: unknown): boolean {
  if (cause instanceof UnobservedError) return !cause.is.isTransient
  return isRefusal(cause) && refusedLogins.has(cause.problem.code)
}

function judged(
  operation: Operation,
  kind: StepKind,
  facts: unknown,
  scope: RunbookScope,
): Ending & { readonly kind: 'judged' } {
  // The facts of a probe were judged by its own schema.
  const plain = plainFacts((operation.action.probe === undefined ? kind.facts.parse(facts) : facts) as Facts)
  return {
    kind: 'judged',
    facts: plain,
    judgement: judgeStep(operation, plain, scope, kind),
    changedNothing: kind.changedNothing?.(plain) ?? false,
  }
}
