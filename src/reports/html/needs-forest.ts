import type { CheckResult } from '../../checks/result/report.js'
import { isRed } from '../wording/red.js'

/** A check in the drawing of what needs what: below the one need that says most of it, the other needs by name. */
export interface Branch {
  readonly check: CheckResult
  /** 0 for a check that needs nothing. */
  readonly depth: number
  /** For each column left of its own whether a line runs through it, to a later branch. */
  readonly trunks: readonly boolean[]
  /** Whether nothing follows below the same need. */
  readonly isLast: boolean
  /** Needs that are not above it already. */
  readonly alsoNeeds: readonly string[]
}

export interface Forest {
  /** From the top to the bottom. */
  readonly branches: readonly Branch[]
  /** How many checks need nothing and are needed by none. */
  readonly lone: number
}

/** Ids a check waits for; a result of an older version only says what blocked it. */
export function needsOf({ blockedBy, needs }: CheckResult): readonly string[] {
  return needs ?? (blockedBy === null ? [] : [blockedBy])
}

/**
 * Orders checks for drawing, each once. In a document needs stand before what needs them; one that does not (a damaged
 * document) is
 * only named, so that there are no circles.
 */
export function needsForest(checks: readonly CheckResult[]): Forest {
  const depths = new Map<string, number>()
  const parents = new Map<string, string>()
  const children = new Map<string, CheckResult[]>()
  const seen = new Map<string, CheckResult>()
  for (const check of checks) {
    const above = needsOf(check).flatMap((id) => seen.get(id) ?? [])
    // What holds it up is what a reader looks for; else the need that itself waits longest.
    const parent =
      above.filter(isRed).at(0) ?? above.toSorted((a, b) => (depths.get(b.id) ?? 0) - (depths.get(a.id) ?? 0)).at(0)
    if (seen.has(check.id)) continue
    seen.set(check.id, check)
    depths.set(check.id, parent === undefined ? 0 : (depths.get(parent.id) ?? 0) + 1)
    if (parent === undefined) continue
    parents.set(check.id, parent.id)
    const siblings = children.get(parent.id)
    if (siblings === undefined) children.set(parent.id, [check])
    else siblings.push(check)
  }
  const isAbove = (id: string, check: CheckResult): boolean => {
    for (let at = parents.get(check.id); at !== undefined; at = parents.get(at)) if (at === id) return true
    return false
  }
  const roots = [...seen.values()].filter(({ id }) => !parents.has(id))
  const drawn = roots.filter((root) => children.has(root.id) || needsOf(root).length > 0)
  const branches: Branch[] = []
  const waiting: Branch[] = drawn
    .toReversed()
    .map((check) => ({ check, depth: 0, trunks: [], isLast: true, alsoNeeds: needsOf(check) }))
  for (let branch = waiting.pop(); branch !== undefined; branch = waiting.pop()) {
    branches.push(branch)
    const { check, depth, trunks, isLast } = branch
    const below = children.get(check.id) ?? []
    for (const [index, child] of [...below.entries()].toReversed()) {
      waiting.push({
        check: child,
        depth: depth + 1,
        trunks: depth === 0 ? [] : [...trunks, !isLast],
        isLast: index === below.length - 1,
        alsoNeeds: needsOf(child).filter((id) => !isAbove(id, child)),
      })
    }
  }
  return { branches, lone: roots.length - drawn.length }
}
