/**
 * How many values a property is tried on: a third of these in every run of the tests, all of them in `npm run
 * test:deep`.
 */
export function propertyRuns(deep: number): number {
  return process.env['PREFLIGHT_DEEP'] === undefined ? Math.ceil(deep / 3) : deep
}
