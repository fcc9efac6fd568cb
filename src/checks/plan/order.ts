import { stages } from '../../base/vocabulary.js'

/** What an order is made from: a check definition, or anything that looks like one. */
export interface Orderable {
  readonly id: string
  readonly stage: (typeof stages)[number]
  readonly needs: readonly string[]
}

/**
 * The order of a plan and its report: stages first, within a stage what is needed before what needs it, and otherwise
 * as
 * given: as their author wrote them. Needs outside the given checks order nothing.
 *
 * @throws Error for a circle, and for a need in a later stage: compilation refuses both
 */
export function inOrder<Check extends Orderable>(checks: readonly Check[]): readonly Check[] {
  const waiting = [...checks].sort((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage))
  const given = new Set(waiting.map((check) => check.id))
  const placed = new Set<string>()
  const order: Check[] = []
  while (waiting.length > 0) {
    const next = waiting.findIndex((check) => check.needs.every((need) => placed.has(need) || !given.has(need)))
    const [check] = next === -1 ? [] : waiting.splice(next, 1)
    if (
      check === undefined ||
      (order.length > 0 && stages.indexOf(order.at(-1)!.stage) > stages.indexOf(check.stage))
    ) {
      throw new Error(`the checks cannot be ordered: ${(check ?? waiting[0]!).id} waits for what comes after it`)
    }
    placed.add(check.id)
    order.push(check)
  }
  return order
}
