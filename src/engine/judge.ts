import { messageOf } from '../base/errors.js'
import type { CheckExpectation, Expectation, FailedExpectation, Surroundings } from './expectation.js'
import type { Expression, ExpressionScope, Scope } from '../definitions/expression/expression.js'
import type { FailureClass } from '../base/vocabulary.js'
import { areAllVisible, metValues, type Facts } from './plain-facts.js'

/** What the expectations say of the facts. */
type Judgement =
  | { readonly status: 'pass' }
  | { readonly status: 'error'; readonly message: string; readonly failedExpectations: readonly FailedExpectation[] }
  | {
      readonly status: 'fail'
      readonly message: string
      readonly failedExpectations: readonly FailedExpectation[]
      readonly isTransient: boolean
      readonly class: FailureClass | undefined
    }

/** Whether a condition holds, or why that cannot be told. */
type ConditionAnswer = { readonly holds: boolean } | { readonly problem: string }

/**
 * Judges facts. Pure: the same facts, expectations and surroundings always give the same judgement.
 *
 * They are judged in order, and the first that fails or cannot be evaluated ends the judging: a later one may
 * presuppose those before it. Where they are independent all are judged; one that cannot be evaluated then makes the
 * whole an error, even beside one that failed: what is partly unknown must not become waivable, and a waiver covers
 * failures only. A failure is transient when every expectation that failed is, and of the class that the first of them
 * names.
 */
export function judge(
  expectations: readonly CheckExpectation[],
  facts: Facts,
  surroundings: Surroundings,
  isIndependent = false,
): Judgement {
  const scope: Scope = { ...surroundings.scope, facts }
  const problems: string[] = []
  const failed: FailedExpectation[] = []
  let isTransient = true
  let failureClass: FailureClass | undefined
  for (const expectation of expectations) {
    const answer = ask(expectation.that, scope)
    if ('problem' in answer) problems.push(answer.problem)
    else if (!answer.holds) {
      failed.push(failure(expectation, scope, surroundings))
      isTransient &&= expectation.isTransient
      failureClass ??= expectation.class
    }
    if ((!isIndependent || expectation.isGuard === true) && problems.length + failed.length > 0) break
  }
  if (expectations.length === 0) problems.push('the check expects nothing')
  const message = [...problems, ...failed.map((expectation) => expectation.message)].join('; ')
  if (problems.length > 0) return { status: 'error', message, failedExpectations: failed }
  return failed.length === 0
    ? { status: 'pass' }
    : { status: 'fail', message, failedExpectations: failed, isTransient, class: failureClass }
}

/** Evaluates a condition; anything but true or false is a problem, never a no. */
export function ask(expression: Expression, scope: ExpressionScope): ConditionAnswer {
  try {
    const value = expression.evaluate(scope)
    return typeof value === 'boolean' ? { holds: value } : { problem: `${expression.source} is neither true nor false` }
  } catch (thrown) {
    return { problem: `${expression.source} cannot be evaluated: ${messageOf(thrown)}` }
  }
}

function failure(expectation: Expectation, scope: Scope, surroundings: Surroundings): FailedExpectation {
  const values = metValues(expectation.that, scope, surroundings)
  return { that: expectation.that.source, message: render(expectation, scope, surroundings, values), values }
}

/** Characters of a met value that a message shows. */
const longestValue = 200

/** An expectation without a message of its own, and what it found. */
function plainly({ source }: Expression, values: Readonly<Record<string, unknown>>): string {
  const met = Object.entries(values).filter(([path]) => path !== source && `!${path}` !== source)
  if (met.length === 0) return `${source} is false`
  return `${source} is false: ${met.map(([path, value]) => `${path} is ${boundedValue(value)}`).join(', ')}`
}

/**
 * A value as JSON; a long one is told by its kind alone, since a cut could leave half of a secret that nothing
 * recognises.
 */
function boundedValue(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length <= longestValue
    ? text
    : `${Array.isArray(value) ? 'a list' : typeof value === 'string' ? 'a string' : 'an object'} of ${text.length} characters as JSON`
}

/** The author's message; where it would show what may not be shown, or cannot be rendered, the expectation itself. */
export function render(
  { that, message }: Expectation,
  scope: Scope,
  surroundings: Surroundings,
  values = metValues(that, scope, surroundings),
): string {
  const plain = plainly(that, values)
  if (message === undefined || !areAllVisible(that, message.references, surroundings)) return plain
  try {
    const text = message.resolve(scope)
    return typeof text === 'string' ? text : JSON.stringify(text)
  } catch (thrown) {
    return `${plain} (its message cannot be rendered: ${messageOf(thrown)})`
  }
}
