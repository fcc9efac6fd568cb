import { suggestionHint } from '../../base/text/suggestion.js'
import { selectorMatches } from '../plan/plan.js'
import { selectionFileSchema } from './definition-schema.js'
import type { FoundRoot } from './pack-files.js'
import type { Problems } from '../../definitions/problems.js'
import { reportIssues } from '../../definitions/schema-problems.js'
import { readSourceFile } from '../../definitions/source-file.js'
import { plainValue, positionAt } from '../../definitions/yaml-node.js'

/**
 * What a bare run selects of a root: what its `selection.yaml` says, all of its systems where it has none.
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
  const selectors = parsed.data?.select ?? []
  selectors.forEach((selector, index) => {
    if (ids.some((id) => selectorMatches(selector, id))) return
    problems.report(
      positionAt(root, ['select', index]),
      'unknown-selector',
      `${selector} selects no check`,
      suggestionHint(selector, ids),
    )
  })
  return selectors
}
