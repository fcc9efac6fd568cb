import { differenceOfResults, type ResultDifference } from './result-difference.js'
import { readResult } from './read-documents.js'
import { exitCodeOf } from './render-result.js'

/**
 * Compares two saved results, the earlier one first.
 *
 * @param factor how many times as long a check must take to be told
 * @throws PreflightError (exit 3) when one is no result, or contradicts itself
 */
export async function compareResults(before: string, after: string, factor: number): Promise<ResultDifference> {
  const [earlier, later] = await Promise.all([readResult(before), readResult(after)])
  exitCodeOf(earlier, before)
  exitCodeOf(later, after)
  return differenceOfResults(earlier, later, factor)
}
