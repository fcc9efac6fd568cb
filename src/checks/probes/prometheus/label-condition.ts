import { z } from 'zod'

const value = z.string().min(1)
const values = z.union([value, z.array(value).min(1).max(100)])

/** By label, what its value must be or must not be. */
export const whereSchema = z
  .record(
    z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'expected the name of a label'),
    z.union([value, z.array(value).min(1).max(100), z.strictObject({ not: values })]),
  )
  .default({})

export type Where = z.output<typeof whereSchema>

type Condition = Where[string]

/** Whether labels fit all conditions. A label that is not there has no value: it fits only what is `not` something. */
export function matches(where: Where, labels: ReadonlyMap<string, string>): boolean {
  return Object.entries(where).every(([label, condition]) => {
    const found = labels.get(label) ?? ''
    const isOne = conditionValues(condition).some((expected) => isSame(expected, found))
    return isNegative(condition) ? !isOne : isOne
  })
}

/** Whether a condition has a class of status, so that its label must have statuses. */
export function readsClass(condition: Condition): boolean {
  return conditionValues(condition).some(isClass)
}

/** `5xx`: a service that counts by class writes it so, too. */
export function isClass(text: string): boolean {
  return /^[1-5]xx$/i.test(text)
}

export function isNegative(condition: Condition): condition is { not: string | string[] } {
  return typeof condition === 'object' && 'not' in condition
}

export function conditionValues(condition: Condition): readonly string[] {
  return [isNegative(condition) ? condition.not : condition].flat()
}

/** A class is every status of three digits in it, and itself; all else is compared character by character. */
function isSame(expected: string, found: string): boolean {
  if (!isClass(expected)) return expected === found
  return found.length === 3 && found[0] === expected[0] && (isClass(found) || /^\d{3}$/.test(found))
}
