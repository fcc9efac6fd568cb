/** What a runbook's file says where the compiled definition has only what it means: defaults, messages, settings. */

type Mapping = Readonly<Record<string, unknown>>

export function mappingAt(value: unknown, ...keys: readonly string[]): Mapping {
  let here = value
  for (const key of keys) here = isMapping(here) ? here[key] : undefined
  return isMapping(here) ? here : {}
}

/** The step of a list of the file that has this id. */
export function writtenStep(steps: unknown, id: string): Mapping {
  return Array.isArray(steps) ? mappingAt(steps.find((step) => isMapping(step) && step['id'] === id)) : {}
}

/** The message of an expectation, expressions unresolved; empty where there is none. */
export function writtenMessage(operation: Mapping, index: number): string {
  const { expect } = operation
  const message = Array.isArray(expect) ? mappingAt(expect[index])['message'] : undefined
  return typeof message === 'string' ? message : ''
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
