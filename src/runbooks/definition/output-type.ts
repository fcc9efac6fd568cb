import type { OutputType } from './runbook-vocabulary.js'

/** Whether a value is of an output's declared type. */
export function isOfOutputType(value: unknown, type: OutputType): boolean {
  switch (type) {
    case 'integer':
      return Number.isSafeInteger(value)
    case 'number':
      return Number.isFinite(value)
    case 'list':
      return Array.isArray(value)
    case 'map':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'any':
      return value !== undefined
    default:
      return typeof value === type
  }
}
