import { Deadline, longestTimer } from '../../base/time/deadline.js'
import { formatDuration } from '../../base/time/duration.js'
import { describeThrown } from '../../base/describe-thrown.js'
import { messageOf } from '../../base/errors.js'
import { rejectingOnStray } from '../../base/stray-errors.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import { attempt } from '../../engine/attempt.js'
import { probeRegistry } from '../../engine/folder-registry.js'
import { attemptProbe } from '../../engine/probe-attempt.js'
import type { Template } from '../../definitions/expression/expression.js'
import type { Operation, RunbookScope } from '../definition/runbook-definition.js'
import { UnansweredError } from '../../engine/person.js'
import {
  NotPerformedError,
  type ActionContext,
  type ActionDescription,
  type StepKind,
  type WaitedProbe,
} from '../definition/step-kind.js'
import { withoutConcealed, withReasons, plainFacts, type Facts } from '../../engine/plain-facts.js'
import { concealedInWait } from '../definition/runbook-vocabulary.js'
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
    }
  /** Nothing of it was done. */
  | { readonly kind: 'not-performed'; readonly message: string }
  /** A person declined, or there was no one to ask. */
  | { readonly kind: 'unanswered'; readonly message: string; readonly hint: string | undefined }
  /** It was begun; how far it came is unknown. */
  | { readonly kind: 'indefinite'; readonly message: string; readonly isInterrupted: boolean }

/** What the executor gives to every action; the rest of the context belongs to the attempt. */
type SharedContext = Omit<ActionContext, 'signal' | 'deadline' | 'filled' | 'probe'>

/** Milliseconds an action has to release everything. */
const releaseGrace = 3000

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
  const { input, shown } = operation.action
  const read = (template: Template): unknown => {
    try {
      return kind.input.parse(template.resolve(scope))
    } catch (thrown) {
      throw new NotPerformedError(`its input cannot be used: ${describeThrown(thrown)}`)
    }
  }
  const seen = read(shown ?? input)
  return {
    input: shown === undefined || isPlayed ? seen : read(input),
    description: kind.describe(seen, environment),
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
  const deadline = Deadline.after(timeout ?? longestTimer)
  const context = {
    ...sharedContext,
    deadline,
    filled: action.filled,
    probe: waitedProbe(operation, scope, sharedContext),
  }
  const ended = await attempt<Ending>({
    // After a stray error it is unknown how far the action came, and it may never end.
    begin: async (signal) =>
      judged(operation, kind, await rejectingOnStray(async () => kind.perform(input, { ...context, signal })), scope),
    thrown(error) {
      const message = messageOf(error)
      if (error instanceof NotPerformedError) return { kind: 'not-performed', message }
      if (error instanceof UnansweredError) return { kind: 'unanswered', message, hint: error.hint }
      return { kind: 'indefinite', message, isInterrupted: interruption.aborted }
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

/** What a wait asks again and again: one attempt each, as checks have them. */
function waitedProbe(
  operation: Operation,
  scope: RunbookScope,
  { environment, folder }: SharedContext,
): WaitedProbe | undefined {
  const call = operation.action.probe
  if (call === undefined) return undefined
  let within = scope
  return {
    async observe(signal) {
      const probe = await probeRegistry.load(call.kind)
      const { result, released } = await attemptProbe({
        definition: { probe: call, timeout: probe.defaultTimeout, folder },
        probe: { ...probe, concealed: (input) => concealedInWait(probe, input) },
        surroundings: { scope, environment, variables: {}, knownSecretsFile: undefined },
        deadline: Deadline.after(longestTimer),
        timeoutCap: undefined,
        signal,
        onReached: () => undefined,
      })
      await released
      if (result.kind !== 'observed') throw new Error(result.message)
      within = withReasons(scope, result.concealed)
      return withoutConcealed(result.facts, result.concealed)
    },
    complaint(facts) {
      const judgement = judgeStep(operation, facts, within)
      return judgement.status === 'pass' ? undefined : judgement.message
    },
  }
}

function judged(operation: Operation, kind: StepKind, facts: unknown, scope: RunbookScope): Ending {
  // A wait's facts are its probe's, and were judged by the probe's own schema.
  const plain = plainFacts((operation.action.probe === undefined ? kind.facts.parse(facts) : facts) as Facts)
  return {
    kind: 'judged',
    facts: plain,
    judgement: judgeStep(operation, plain, scope, kind),
    changedNothing: kind.changedNothing?.(plain) ?? false,
  }
}
