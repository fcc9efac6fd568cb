import type { Concealed } from '../model/probe.js'
import type { Facts } from './plain-facts.js'
import type { Surroundings } from './surroundings.js'

/** The facts that expectations may read: one that says nothing is absent, so that reading it is an error and never a favourable value. */
export function withoutConcealed(facts: Facts, concealed: Concealed): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !Object.hasOwn(concealed, name)))
}

/** Surroundings that can say why those facts are absent. */
export function withReasons(surroundings: Surroundings, concealed: Concealed): Surroundings {
  const reasons = Object.entries(concealed).map(([name, reason]) => [`facts.${name}`, reason])
  return reasons.length === 0 ? surroundings : { ...surroundings, scope: { ...surroundings.scope, absences: { ...surroundings.scope.absences, ...Object.fromEntries(reasons) } } }
}
