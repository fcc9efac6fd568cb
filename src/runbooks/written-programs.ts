import { actionRegistry } from './action-registry.js'
import { operationsOf } from './plan/step-selections.js'
import { spreadRunbook } from './plan/runbook-plan.js'
import { findRunbook } from './prepare/runbook-source.js'
import type { RunbookSource } from './prepare/runbook-options.js'

/**
 * The programs that a runbook and those that it includes start, as far as their files write them out.
 *
 * @throws UsageError for an unknown id, DefinitionsError for a file that is wrong
 */
export async function programsOfRunbook(source: RunbookSource, id: string): Promise<readonly string[]> {
  const { runbook, runbooks } = await findRunbook(source, id)
  const operations = spreadRunbook(runbook, runbooks).flatMap((step) => operationsOf(step))
  const programs = await Promise.all(
    operations.map(async ([, { action }]) => {
      const kind = await actionRegistry.load(action.kind)
      return kind.writtenPrograms?.(action.written).programs?.map(({ name }) => name) ?? []
    }),
  )
  return [...new Set(programs.flat())].sort()
}
