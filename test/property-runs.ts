/** Whether all is tried that there is: `npm run test:deep`. */
export const isDeep = process.env['PREFLIGHT_DEEP'] !== undefined

/**
 * How many values a property is tried on: a third of these in every run of the tests, all of them in `npm run
 * test:deep`.
 */
export function propertyRuns(deep: number): number {
  return isDeep ? deep : Math.ceil(deep / 3)
}
