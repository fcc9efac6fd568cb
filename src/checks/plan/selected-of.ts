import type { Definitions } from '../definition.js'
import type { Configuration } from '../load/configuration.js'
import { selectionRequest, type SelectionOptions } from '../settings.js'
import { buildPlan } from './build-plan.js'
import { type Plan } from './plan.js'

/** The checks that selectors of the command line name; all of every pack without one. */
export function selectedOf(definitions: Definitions, selection: SelectionOptions, configuration: Configuration): Plan {
  const request = selectionRequest(selection, configuration)
  const selectors = selection.selectors.length > 0 ? request.selectors : definitions.packs.map(({ system }) => system)
  return buildPlan(definitions, { ...request, selectors })
}
