import { buildPlan } from './plan/build-plan.js'
import type { Plan } from './plan/plan.js'
import { loadAll } from './load.js'
import { selectionRequest, type DefinitionOptions, type SelectionOptions } from './settings.js'

/** The checks of a selection, in the order of the report; all of every pack when nothing was selected. */
export async function listChecks(options: DefinitionOptions & { readonly selection: SelectionOptions }): Promise<Plan> {
  const { configuration, definitions } = await loadAll(options)
  const request = selectionRequest(options.selection, configuration)
  const everything = definitions.packs.map((pack) => pack.system)
  return buildPlan(definitions, {
    ...request,
    selectors: options.selection.selectors.length > 0 ? request.selectors : everything,
  })
}
