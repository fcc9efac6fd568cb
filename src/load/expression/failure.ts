import { EvaluationError } from '@marcbachmann/cel-js'
import type { ExpressionScope } from '../../model/definition.js'
import { ConversionError } from './cel-values.js'

/** An expression that could not be evaluated. Its message is made of the expression's own text and never of a value. */
export class ExpressionFailure extends Error {
  override readonly name = 'ExpressionFailure'
}

const reasons: Readonly<Record<string, string>> = {
  no_such_key: 'has no value',
  index_out_of_bounds: 'is beyond the end of the list',
  index_out_of_range: 'is out of range',
  no_such_overload: 'met values of types that do not go together',
  no_matching_overload: 'met a value of the wrong type',
  field_type_mismatch: 'met a value of the wrong type',
  list_item_type_mismatch: 'met a value of the wrong type',
  invalid_logical_operand: 'met a value that is neither true nor false',
  invalid_condition_type: 'met a value that is neither true nor false',
  division_by_zero: 'divides by zero',
  modulo_by_zero: 'divides by zero',
  numeric_overflow: 'exceeds the range of numbers',
  int_conversion_error: 'is no integer',
  double_conversion_error: 'is no number',
  bool_conversion_error: 'is neither true nor false',
}

/** Puts what the library threw in words of our own: its messages quote values, and so would a cause. */
export function failureOf(thrown: unknown, source: string, scope: ExpressionScope): ExpressionFailure {
  if (thrown instanceof ExpressionFailure) return thrown
  if (thrown instanceof ConversionError) return new ExpressionFailure(`${source}: ${thrown.message}`)
  if (!(thrown instanceof EvaluationError)) return new ExpressionFailure(`${source} could not be evaluated`)
  const part = partOf(source, thrown.node)
  const reason = reasons[thrown.code] ?? 'could not be evaluated'
  const absence = scope.absences !== undefined && Object.hasOwn(scope.absences, part) ? `: ${scope.absences[part]}` : ''
  return new ExpressionFailure(`${part} ${reason}${thrown.code === 'no_such_key' ? absence : ''}`)
}

/** The part of an expression that failed; the whole of it where the library's range cuts through parentheses. */
function partOf(source: string, node: { readonly start: number; readonly end: number } | undefined): string {
  if (node === undefined) return source
  const part = source.slice(node.start, node.end)
  return part.split('(').length === part.split(')').length ? part : source
}
