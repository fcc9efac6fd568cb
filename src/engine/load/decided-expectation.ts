import type { FactType } from '../../base/facts.js'
import { blankOf, nothingKnown, typeAt, withValueAt } from './blank-facts.js'
import type { TypedExpression } from '../../definitions/expression/compile-expression.js'
import { Budget } from '../../definitions/expression/evaluation/step-budget.js'

/** Combinations of facts that are tried out at most. */
const mostCombinations = 4096

/**
 * What an expectation over facts comes out as whatever is observed: `undefined` when that depends on a fact, or cannot
 * be told.
 *
 * Truth values and enumerations are tried out. Other facts are left away, so that an outcome that needs them is none;
 * where an
 * expression asks whether one is there (`has`), or reads a page or the deployment, nothing is concluded.
 */
export function decidedOutcome(expression: TypedExpression, facts: FactType): boolean | undefined {
  const paths = expression.references.map((reference) => reference.split('.'))
  if (paths.length === 0 || !paths.every(([root, ...rest]) => root === 'facts' && rest.length > 0)) return undefined
  const read = paths.map(([, ...path]) => ({ path, values: valuesOf(typeAt(facts, path)) }))
  const open = read.filter((each) => each.values === undefined)
  if (
    open.length > 0 &&
    (/\bhas\s*\(/.test(expression.source) || open.some(({ path }) => !isPlain(typeAt(facts, path))))
  )
    return undefined
  const tried = read.filter((each) => each.values !== undefined)
  if (tried.reduce((product, { values }) => product * values!.length, 1) > mostCombinations) return undefined
  let combinations: readonly Readonly<Record<string, unknown>>[] = [
    open.length === 0 ? (blankOf(facts) as Readonly<Record<string, unknown>>) : {},
  ]
  for (const { path, values } of tried)
    combinations = combinations.flatMap((each) => values!.map((value) => withValueAt(each, path, value)))
  const budget = new Budget()
  const outcomes = new Set(combinations.map((each) => outcomeOf(expression, each, budget)))
  const [only] = outcomes
  return outcomes.size === 1 && typeof only === 'boolean' ? only : undefined
}

function valuesOf(type: FactType | undefined): readonly unknown[] | undefined {
  if (type?.type === 'bool') return [false, true]
  return type?.type === 'enumeration' ? type.values : undefined
}

function isPlain(type: FactType | undefined): boolean {
  return type?.type === 'string' || type?.type === 'int' || type?.type === 'double'
}

function outcomeOf(expression: TypedExpression, facts: Readonly<Record<string, unknown>>, budget: Budget): unknown {
  try {
    return expression.evaluateWithin({ ...nothingKnown, facts }, budget)
  } catch {
    // An outcome of its own: it depends on what was left away.
    return undefined
  }
}
