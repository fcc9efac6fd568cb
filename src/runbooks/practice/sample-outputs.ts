import { secretShown } from '../definition/runbook-vocabulary.js'

export const samples = {
  string: 'practice',
  integer: 1,
  number: 1,
  boolean: true,
  list: [],
  map: {},
  any: 'practice',
  secret: secretShown,
} as const

export function sampleOutputs({
  capture,
}: {
  readonly capture: readonly { readonly name: string; readonly type: keyof typeof samples }[]
}): Record<string, unknown> {
  return Object.fromEntries(capture.map(({ name, type }) => [name, samples[type]]))
}
