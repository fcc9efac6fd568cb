import type { CheckDefinition } from '../definition.js'
import { problemOf, type Conclusion } from './conclusion.js'
import { ask, render } from '../../engine/judge.js'
import type { Facts } from '../../engine/plain-facts.js'
import type { Surroundings } from '../../engine/surroundings.js'

/**
 * What the `applies` of a check says of the facts: `undefined` when there is something to judge, otherwise
 * not-applicable with its
 * reason, or an error when it cannot be told. A probe that met a problem has seen nothing that could excuse anybody.
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
  return answer.holds ? undefined : { status: 'not-applicable', message: render(applies, scope, surroundings) }
}
