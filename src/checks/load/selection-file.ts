import { suggestionHint } from '../../base/text/wording.js'
import { selectorMatches, systemOf } from '../plan/plan.js'
import { selectionFileSchema } from './definition-schema.js'
import type { FoundRoot } from './pack-files.js'
import { type Problems, plainValue, positionAt } from '../../definitions/yaml-node.js'
import { reportIssues } from '../../definitions/schema-problems.js'
import { readSourceFile } from '../../definitions/source-file.js'
import { stages } from '../../base/vocabulary.js'
import type { CheckDraft } from './compile-check.js'

/**
 * What a bare run selects of a root: what its `selection.yaml` says, all of its systems where it has none. Of systems
 * that are named one by one it selects each.
 *
 * @param ids of all checks that are declared: a selector that matches none of them is a mistake
 */
export async function defaultSelectionOf(
  found: FoundRoot,
  ids: readonly string[],
  problems: Problems,
): Promise<readonly string[]> {
  if (found.selection === undefined) return [...new Set(found.files.map((file) => file.system))]
  const root = await readSourceFile(found.selection.path, found.selection.file, problems)
  if (root === undefined) return []
  const parsed = selectionFileSchema.safeParse(plainValue(root))
  reportIssues(parsed.error?.issues ?? [], root, selectionFileSchema, problems)
  const { systems } = found.root
  const isRead = (selector: string): boolean => systems === undefined || systems.includes(systemOf(selector))
  const selectors = parsed.data?.select ?? []
  selectors.forEach((selector, index) => {
    if (!isRead(selector) || ids.some((id) => selectorMatches(selector, id))) return
    problems.report(
      positionAt(root, ['select', index]),
      'unknown-selector',
      `${selector} matches no check`,
      suggestionHint(selector, ids),
    )
  })
  if (systems === undefined) return selectors
  // Packs that a deployment names are what it is made of, whatever a bare run without them would judge.
  return systems.flatMap((system) => {
    const own = selectors.filter((selector) => systemOf(selector) === system)
    return own.length > 0 ? own : [system]
  })
}

type Drafts = ReadonlyMap<string, CheckDraft>

/**
 * Judges what checks need of each other: that it exists, that it can come first, that nothing waits for itself.
 *
 * @param mayExist whether an id that is not among the checks may be in a file that could not be read
 */
export function judgeNeeds(checks: Drafts, mayExist: (id: string) => boolean, problems: Problems): void {
  for (const check of checks.values()) judgeNeedsOf(check, checks, mayExist, problems)
  for (const cycle of cyclesOf(checks)) {
    const closing = checks.get(cycle[0]!)!
    const position = closing.needs.find((need) => need.id === cycle[1])?.position ?? closing.position
    problems.report(position, 'cycle', `the needs of these checks form a circle: ${cycle.join(' → ')}`)
  }
}

function judgeNeedsOf(check: CheckDraft, checks: Drafts, mayExist: (id: string) => boolean, problems: Problems): void {
  const seen = new Set<string>()
  for (const { id, position } of check.needs) {
    const need = checks.get(id)
    if (seen.has(id)) problems.report(position, 'duplicate-need', `${id} is named twice`)
    else if (need === undefined && mayExist(id)) continue
    else if (need === undefined)
      problems.report(position, 'unknown-need', `unknown check ${id}`, suggestionHint(id, checks.keys()))
    else if (comesLater(need, check))
      problems.report(
        position,
        'need-in-later-stage',
        `${id} belongs to the stage ${need.stage}, which runs after ${check.stage}`,
      )
    seen.add(id)
  }
}

function comesLater(need: CheckDraft, check: CheckDraft): boolean {
  return (
    need.stage !== undefined && check.stage !== undefined && stages.indexOf(need.stage) > stages.indexOf(check.stage)
  )
}

/**
 * One path for every circle that a depth-first walk closes: `a → b → a`, beginning at the least id, so that it is the
 * same whichever file was read first.
 */
export function cyclesOf(checks: ReadonlyMap<string, Pick<CheckDraft, 'needs'>>): readonly (readonly string[])[] {
  const cycles = new Map<string, readonly string[]>()
  const done = new Set<string>()
  const walk = (id: string, path: readonly string[]): void => {
    const start = path.indexOf(id)
    if (start !== -1) {
      const cycle = fromLeast(path.slice(start))
      cycles.set(cycle.join(' '), cycle)
      return
    }
    if (done.has(id)) return
    for (const need of checks.get(id)?.needs ?? []) walk(need.id, [...path, id])
    done.add(id)
  }
  for (const id of [...checks.keys()].sort()) walk(id, [])
  return [...cycles.values()]
}

function fromLeast(circle: readonly string[]): readonly string[] {
  const least = [...circle].sort()[0]!
  const at = circle.indexOf(least)
  return [...circle.slice(at), ...circle.slice(0, at), least]
}
