import type { CheckDefinition } from '../definition.js'
import type { Conclusion } from './conclusion.js'
import { ask } from '../../engine/judge.js'
import { metValues } from '../../engine/met-values.js'
import type { Surroundings } from '../../engine/surroundings.js'

/**
 * What the `when` of a check (or of a piece of evidence) says before anything runs: `undefined` when it applies,
 * otherwise not-applicable with the
 * condition and the values it met, or an error when it cannot be told.
 */
export function concludeCondition(
  definition: Pick<CheckDefinition, 'when'>,
  surroundings: Pick<Surroundings, 'scope' | 'variables' | 'secretInputs'>,
): Conclusion | undefined {
  if (definition.when === undefined) return undefined
  const answer = ask(definition.when, surroundings.scope)
  if ('problem' in answer) return { status: 'error', message: `its condition is unknown: ${answer.problem}` }
  if (answer.holds) return undefined
  const values = Object.entries(metValues(definition.when, surroundings.scope, surroundings))
  const met = values
    .map(([path, value]) => `${path} is ${value === null ? 'absent' : JSON.stringify(value)}`)
    .join(', ')
  return {
    status: 'not-applicable',
    message: `its condition is false: ${definition.when.source}${met === '' ? '' : ` (${met})`}`,
  }
}
