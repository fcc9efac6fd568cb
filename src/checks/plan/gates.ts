import { UsageError } from '../../base/errors.js'
import { stageTraits } from '../../base/vocabulary.js'
import type { CheckDefinition } from '../definition.js'
import { selectorMatches, type SelectionRequest } from './plan.js'

/**
 * The gates that a request leaves out, with the checks that only they need. What a selector or a stage of the command
 * line asks for and nothing else is not left out.
 *
 * @param checks all that are declared
 * @throws UsageError where the command line leaves out what it asks for
 */
export function gatesToLeaveOut(
  checks: readonly CheckDefinition[],
  { withoutGates, gates: flag, given, stages }: SelectionRequest,
): ReadonlySet<string> {
  if (withoutGates === undefined) return new Set()
  const all = gatesAmong(checks)
  const asked = given.filter((selector) => checks.every(({ id }) => !selectorMatches(selector, id) || all.has(id)))
  const isAsked = ({ id, stage }: CheckDefinition): boolean =>
    stages.includes(stage) || asked.some((selector) => selectorMatches(selector, id))
  const kept = checks.filter((check) => all.has(check.id) && isAsked(check))
  if (kept.length > 0 && flag === false)
    throw new UsageError(`--no-gates leaves out ${kept[0]!.id}, which the same command line asks for`, {
      hint: 'leave out --no-gates, or the selector or stage',
    })
  return new Set([...gatesAmong(checks.filter((check) => !kept.includes(check)))])
}

/** Ids of the gates, and of what only gates need. */
export function gatesAmong(checks: readonly CheckDefinition[]): ReadonlySet<string> {
  const found = new Set(checks.filter(({ stage }) => stageTraits[stage].isGates).map(({ id }) => id))
  const preparing = checks.filter(({ stage }) => stageTraits[stage].preparesGates)
  for (let before = -1; before < found.size;) {
    before = found.size
    for (const { id } of preparing) {
      const needing = checks.filter(({ needs }) => needs.includes(id))
      if (needing.length > 0 && needing.every((check) => found.has(check.id))) found.add(id)
    }
  }
  return found
}
