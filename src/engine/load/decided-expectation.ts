import type { FactType } from '../../base/facts.js'
import type { TypedExpression } from '../../definitions/expression/compile-expression.js'
import { Budget } from '../../definitions/expression/evaluation/step-budget.js'

/** Combinations of facts that are tried out at most. */
const mostCombinations = 4096

/**
 * What an expectation over facts comes out as whatever is observed: `undefined` when that depends on a fact, or is
 * unknown.
 *
 * Truth values and enumerations are tried out. Other facts are left away, so that an outcome that needs them is
 * undecided; where an expression asks whether one is there (`has`), or reads a page or the deployment, nothing is
 * concluded.
 */
export function decidedOutcome(expression: TypedExpression, facts: FactType): boolean | undefined {
  const before = tried.get(expression)
  if (before?.facts === facts) return before.outcome
  const outcome = tryOut(expression, facts)
  tried.set(expression, { facts, outcome })
  return outcome
}

/** What was tried out already: the same expression is in many checks. */
const tried = new WeakMap<TypedExpression, { readonly facts: FactType; readonly outcome: boolean | undefined }>()

function tryOut(expression: TypedExpression, facts: FactType): boolean | undefined {
  const paths = expression.references.map((reference) => reference.split('.'))
  if (paths.length === 0 || !paths.every(([root, ...rest]) => root === 'facts' && rest.length > 0)) return undefined
  const read = paths.map(([, ...path]) => ({ path, values: valuesOf(typeAt(facts, path)) }))
  const open = read.filter((each) => each.values === undefined)
  if (
    open.length > 0 &&
    (/\bhas\s*\(/.test(expression.source) || open.some(({ path }) => !isPlain(typeAt(facts, path))))
  )
    return undefined
  const closed = read.filter((each) => each.values !== undefined)
  if (closed.reduce((product, { values }) => product * values!.length, 1) > mostCombinations) return undefined
  let combinations: readonly Readonly<Record<string, unknown>>[] = [
    open.length === 0 ? (blankOf(facts) as Readonly<Record<string, unknown>>) : {},
  ]
  for (const { path, values } of closed)
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

/**
 * What expressions of checks and of steps see besides facts where nothing is known of a deployment or a run: reading
 * any of it is an error.
 */
export const nothingKnown = { vars: {}, env: {}, inputs: {}, profile: '', params: {}, outputs: {}, run: {} } as const

/** A value of a type that says nothing: empty, zero, false; of an enumeration its first. */
function blankOf(type: FactType): unknown {
  switch (type.type) {
    case 'string':
      return ''
    case 'int':
    case 'double':
      return 0
    case 'bool':
      return false
    case 'any':
    case 'map':
      return {}
    case 'list':
      return []
    case 'enumeration':
      return type.values[0] ?? ''
    case 'object':
      return Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, blankOf(field)]))
  }
}

/** The type of what a path of names leads to; `undefined` where the type does not tell. */
export function typeAt(type: FactType, path: readonly string[]): FactType | undefined {
  let current: FactType | undefined = type
  for (const name of path)
    current = current?.type === 'object' && Object.hasOwn(current.fields, name) ? current.fields[name] : undefined
  return current
}

/** The same facts with another value at a path; what is on the way is copied, and made where it is not there. */
export function withValueAt(
  facts: Readonly<Record<string, unknown>>,
  [name, ...rest]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  if (name === undefined) return facts
  const inner = facts[name]
  return {
    ...facts,
    [name]:
      rest.length === 0
        ? value
        : withValueAt(
            typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>) : {},
            rest,
            value,
          ),
  }
}
