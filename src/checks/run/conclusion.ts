import type { CheckDefinition } from '../definition.js'
import type { FailedExpectation, Surroundings, Concealed } from '../../engine/probe.js'
import type { Outcome } from '../check-event.js'
import { failureClasses, type FailureClass } from '../../base/vocabulary.js'
import { type Facts, shownValues } from '../../engine/plain-facts.js'
import { ask, failedExpectation } from '../../engine/judge.js'

/** What was found of a check, before its severity is looked at. */
export interface Conclusion {
  readonly status: 'pass' | 'warn' | 'fail' | 'error' | 'timeout' | 'blocked' | 'not-applicable'
  readonly message: string
  readonly facts?: Facts
  readonly failedExpectations?: readonly FailedExpectation[]
  /** Whether the expectations that failed are all ones whose failure may pass by itself. */
  readonly isTransient?: boolean
  /** What the expectations that failed say of it. */
  readonly class?: FailureClass | undefined
  /** What a peer said of an observation that was not made. */
  readonly errorClass?: FailureClass | undefined
  readonly blockedBy?: string
  /** Not applicable since what it would look at is on another host. */
  readonly isElsewhere?: boolean
  /** Nothing was asked: not even the first rung was reached. */
  readonly isUnreached?: boolean
  /** Of the facts, those that say nothing. */
  readonly concealed?: Concealed
}

interface Timing {
  readonly attempts: number
  /** ISO-8601, or empty when it never started. */
  readonly startedAt: string
  readonly durationMs: number
}

const neverStarted: Timing = { attempts: 0, startedAt: '', durationMs: 0 }

const atMostWarned: ReadonlySet<Conclusion['status']> = new Set(['pass', 'warn', 'not-applicable'])

/**
 * The outcome of a check: an advisory one never worse than a warning, whose message says whether it failed or is
 * unknown.
 */
export function outcomeOf(definition: CheckDefinition, conclusion: Conclusion, timing: Timing = neverStarted): Outcome {
  const isSoftened = definition.severity === 'advisory' && !atMostWarned.has(conclusion.status)
  return Object.freeze({
    id: definition.id,
    status: isSoftened ? 'warn' : conclusion.status,
    class:
      conclusion.status === 'fail'
        ? (problemOf(conclusion.facts)?.class ?? conclusion.class ?? definition.class)
        : (conclusion.errorClass ?? definition.class),
    message: isSoftened
      ? `${conclusion.status === 'fail' ? 'failed' : 'could not be evaluated'}: ${conclusion.message}`
      : conclusion.message,
    facts: conclusion.facts ?? {},
    failedExpectations: conclusion.failedExpectations ?? [],
    blockedBy: conclusion.blockedBy,
    ...(conclusion.isElsewhere === true ? { isElsewhere: true } : {}),
    ...(conclusion.isUnreached === true ? { isUnreached: true } : {}),
    ...(Object.keys(conclusion.concealed ?? {}).length === 0 ? {} : { concealed: conclusion.concealed }),
    ...timing,
  })
}

/** What a ladder's facts say stopped it; `undefined` when nothing did, or when the facts are of no ladder. */
export function problemOf(
  facts: Facts | undefined,
): { readonly class: FailureClass; readonly isTransient: boolean } | undefined {
  const problem = facts?.['problem']
  if (typeof problem !== 'object' || problem === null || !('code' in problem) || problem.code === 'none')
    return undefined
  if (!('class' in problem) || !('transient' in problem)) return undefined
  const failureClass = failureClasses.find((known) => known === problem.class)
  return failureClass === undefined ? undefined : { class: failureClass, isTransient: problem.transient === true }
}

/**
 * What the `when` of a check (or of a piece of evidence) says before anything runs: `undefined` when it applies,
 * otherwise not-applicable with the condition and the values it found, or an error when that is unknown.
 */
export function concludeCondition(
  definition: Pick<CheckDefinition, 'when'>,
  surroundings: Pick<Surroundings, 'scope' | 'variables' | 'secretInputs'>,
): Conclusion | undefined {
  if (definition.when === undefined) return undefined
  const answer = ask(definition.when, surroundings.scope)
  if ('problem' in answer) return { status: 'error', message: `its condition is unknown: ${answer.problem}` }
  if (answer.holds) return undefined
  const values = Object.entries(shownValues(definition.when, surroundings.scope, surroundings))
  const found = values
    .map(([path, value]) => `${path} is ${value === null ? 'absent' : JSON.stringify(value)}`)
    .join(', ')
  return {
    status: 'not-applicable',
    message: `its condition is false: ${definition.when.source}${found === '' ? '' : ` (${found})`}`,
  }
}

/**
 * What the `applies` of a check says of the facts: `undefined` when there is something to judge, otherwise
 * not-applicable with its reason, or an error when that is unknown. A probe that found a problem has seen nothing that
 * could excuse anybody.
 */
export function concludeApplicability(
  { applies }: Pick<CheckDefinition, 'applies'>,
  facts: Facts,
  surroundings: Surroundings,
): Conclusion | undefined {
  if (applies === undefined || problemOf(facts) !== undefined) return undefined
  const scope = { ...surroundings.scope, facts }
  const answer = ask(applies.that, scope)
  if ('problem' in answer) return { status: 'error', message: `whether it applies is unknown: ${answer.problem}` }
  return answer.holds
    ? undefined
    : { status: 'not-applicable', message: failedExpectation(applies, scope, surroundings).message }
}
