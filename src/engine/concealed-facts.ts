import type { ExpressionScope } from '../definitions/expression/expression.js'
import type { Concealed } from './probe.js'
import type { Facts } from './plain-facts.js'

/**
 * The facts that expectations may read: one that says nothing is absent, so that reading it is an error and never a
 * favourable value.
 */
export function withoutConcealed(facts: Facts, concealed: Concealed): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !Object.hasOwn(concealed, name)))
}

/** A scope that can say why those facts are absent. */
export function withReasons<Scope extends ExpressionScope>(scope: Scope, concealed: Concealed): Scope {
  const reasons = Object.entries(concealed).map(([name, reason]) => [`facts.${name}`, reason])
  return reasons.length === 0 ? scope : { ...scope, absences: { ...scope.absences, ...Object.fromEntries(reasons) } }
}
