import { messageOf } from '../base/errors.js'
import type { CheckExpectation, Expectation, FailedExpectation } from './probe.js'
import type { Expression, ExpressionScope, Template } from '../definitions/expression/expression.js'
import type { FailureClass } from '../base/vocabulary.js'
import { areAllVisible, isVisible, shownValues, type Facts, type Visibility } from './plain-facts.js'

/** What the expectations say of the facts. */
type Judgement =
  | { readonly status: 'pass' }
  | {
      readonly status: 'error' | 'fail'
      /** The problems, and the messages of what failed. */
      readonly message: string
      /** Why an expectation could not be evaluated. */
      readonly problems: readonly string[]
      readonly failedExpectations: readonly FailedExpectation[]
      readonly isTransient: boolean
      readonly class: FailureClass | undefined
    }

/** What expectations are judged in. */
interface Judging {
  /** What they see, facts aside. */
  readonly scope: ExpressionScope
  /**
   * What of it may be shown with what was found; `undefined`: messages as their authors wrote them, and no values.
   */
  readonly visibility: Visibility | undefined
  readonly isIndependent?: boolean
}

/** Whether a condition holds, or why that is unknown. */
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
  expectations: readonly (Expectation & Partial<CheckExpectation>)[],
  facts: Facts,
  { scope: around, visibility, isIndependent = false }: Judging,
): Judgement {
  const scope = { ...around, facts }
  const problems: string[] = []
  const failed: (Expectation & Partial<CheckExpectation>)[] = []
  for (const expectation of expectations) {
    const answer = ask(expectation.that, scope)
    if ('problem' in answer) problems.push(answer.problem)
    else if (!answer.holds) failed.push(expectation)
    if ((!isIndependent || expectation.isGuard === true) && problems.length + failed.length > 0) break
  }
  if (expectations.length === 0) problems.push('no expectation is given')
  if (problems.length + failed.length === 0) return { status: 'pass' }
  const failedExpectations = failed.map((expectation) => failedExpectation(expectation, scope, visibility))
  return {
    status: problems.length > 0 ? 'error' : 'fail',
    message: [...problems, ...failedExpectations.map(({ message }) => message)].join('; '),
    problems,
    failedExpectations,
    isTransient: failed.every((expectation) => expectation.isTransient === true),
    class: failed.find((expectation) => expectation.class !== undefined)?.class,
  }
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

/**
 * What is said of an expectation that does not hold: its author's message; where that would show what may not be shown,
 * or cannot be rendered, the expectation itself.
 */
export function failedExpectation(
  { that, message }: Expectation,
  scope: ExpressionScope,
  visibility?: Visibility,
): FailedExpectation {
  const values = visibility === undefined ? {} : shownValues(that, scope, visibility)
  const failed = { that: that.source, message: plainly(that, values), values }
  if (message === undefined) return failed
  if (visibility !== undefined && !areAllVisible(that, message.references, visibility)) return failed
  try {
    const text = message.resolve(scope)
    return { ...failed, message: typeof text === 'string' ? text : JSON.stringify(text) }
  } catch (thrown) {
    return { ...failed, message: `${failed.message} (its message cannot be rendered: ${messageOf(thrown)})` }
  }
}

/** What a check says that passes; nothing where that would show what may not be shown. */
export function notedText(note: Template, scope: ExpressionScope, visibility: Visibility): string {
  if (note.references.some((reference) => reference !== 'facts' && !isVisible(reference, visibility))) return ''
  try {
    const text = note.resolve(scope)
    return typeof text === 'string' ? text : JSON.stringify(text)
  } catch (thrown) {
    return `its note cannot be rendered: ${messageOf(thrown)}`
  }
}

/** Characters of a value that a message shows. */
const longestValue = 200

/** An expectation without a message of its own, and what it found. */
function plainly({ source }: Expression, values: Readonly<Record<string, unknown>>): string {
  const found = Object.entries(values).filter(([path]) => path !== source && `!${path}` !== source)
  if (found.length === 0) return `${source} is false`
  return `${source} is false: ${found.map(([path, value]) => `${path} is ${boundedValue(value)}`).join(', ')}`
}

/**
 * A value as JSON; of a long one only its kind is shown, since a cut could leave half of a secret that nothing
 * recognises.
 */
function boundedValue(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length <= longestValue
    ? text
    : `${Array.isArray(value) ? 'a list' : typeof value === 'string' ? 'a string' : 'an object'} of ${text.length} characters as JSON`
}
