import type { FilledPlace } from '../../definition/runbook-definition.js'

const isWithin = (path: readonly PropertyKey[], start: readonly PropertyKey[]): boolean =>
  start.length <= path.length && start.every((step, index) => String(step) === String(path[index]))

/** Whether an expression gives some of the text at this place of the input, or all that stands around it. */
export function isFilled(filled: readonly FilledPlace[], path: readonly PropertyKey[]): boolean {
  return filled.some((place) => isWithin(path, place.path))
}

/** Whether the text at this place begins with what an expression gives. */
export function isFilledFromStart(filled: readonly FilledPlace[], path: readonly PropertyKey[]): boolean {
  return filled.some((place) => isWithin(path, place.path) && (place.isLeading || place.path.length < path.length))
}
