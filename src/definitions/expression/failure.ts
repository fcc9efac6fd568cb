import type { ExpressionScope } from './expression.js'
import { ConversionError } from './cel-values.js'
import { BudgetError, EvaluationFault, type FaultCode, type Range } from './evaluation/step-budget.js'

/** An expression that could not be evaluated. Its message is made of the expression's own text and never of a value. */
export class ExpressionFailure extends Error {
  override readonly name = 'ExpressionFailure'
}

const reasons: Readonly<Record<FaultCode, string>> = {
  'no-such-key': 'has no value',
  'no-members': 'asks for a member of a value that has none',
  'duplicate-key': 'names a key twice',
  'index-out-of-bounds': 'is beyond the end of the list',
  'no-overload': 'got values of types that do not match',
  'no-truth-value': 'got a value that is neither true nor false',
  'division-by-zero': 'divides by zero',
  overflow: 'exceeds the range of numbers',
  'no-integer': 'is not an integer',
  'no-number': 'is not a number',
  'no-truth-word': 'is neither true nor false',
  'pattern-text-too-long': 'got a string that is too long for a pattern',
}

/** Puts what went wrong in words that show no value. */
export function failureOf(thrown: unknown, source: string, scope: ExpressionScope): ExpressionFailure {
  if (thrown instanceof ExpressionFailure) return thrown
  if (thrown instanceof ConversionError) return new ExpressionFailure(`${source}: ${thrown.message}`)
  if (thrown instanceof BudgetError) return new ExpressionFailure(`${source} ${thrown.message}`)
  if (!(thrown instanceof EvaluationFault)) return new ExpressionFailure(`${source} could not be evaluated`)
  const part = partOf(source, thrown.part)
  const absence = scope.absences !== undefined && Object.hasOwn(scope.absences, part) ? `: ${scope.absences[part]}` : ''
  return new ExpressionFailure(`${part} ${reasons[thrown.code]}${thrown.code === 'no-such-key' ? absence : ''}`)
}

/** The part of an expression that failed; the whole of it where the library's range cuts through parentheses. */
function partOf(source: string, node: Range | undefined): string {
  if (node === undefined) return source
  const part = source.slice(node.start, node.end)
  return part.split('(').length === part.split(')').length ? part : source
}
