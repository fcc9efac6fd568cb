import type { CheckResult } from '../../checks/result/report.js'

/**
 * Where the checks of a page can be linked to, by their ids. A check has a row, and a card as well when it is a cause
 * to mend.
 */
export interface Anchors {
  /** The name of the place, without `#`; `undefined` for a check the page does not hold. */
  row(id: string): string | undefined
  card(id: string): string | undefined
}

const longestName = 120

/** Names that stay the same from run to run and need no escaping in an id, a link or a selector's quotes. */
export function anchorsOf(checks: readonly CheckResult[]): Anchors {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const [index, { id }] of checks.entries()) {
    if (names.has(id)) continue
    const plain = id.slice(0, longestName).replace(/[^\w./-]/g, '_')
    const name = taken.has(plain) ? `${plain}~${index}` : plain
    taken.add(name)
    names.set(id, name)
  }
  const place = (kind: string) => (id: string) => (names.has(id) ? `${kind}/${names.get(id)}` : undefined)
  return { row: place('check'), card: place('cause') }
}
