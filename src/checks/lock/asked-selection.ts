import type { SelectionRequest } from '../plan/plan.js'
import type { AskedSelection } from './selection-lock.js'

/**
 * What was asked for. A request knows the selectors of the deployment file too, which may shrink unseen. @param
 * selectors as given on the command line
 */
export function askedSelection(
  selectors: readonly string[],
  { stages, skip, phase }: SelectionRequest,
): AskedSelection {
  return { selectors: [...selectors], stages: [...stages], skip: [...skip], phase }
}
