import { randomInt } from 'node:crypto'
import { z } from 'zod'

const kinds = ['digits', 'milliseconds'] as const

/** Texts that get a value of their own in each attempt, by name. */
export const freshNames = () =>
  z
    .record(z.string(), z.enum(kinds))
    .refine((names) => Object.keys(names).every((name) => /^[A-Z][A-Z0-9_]*$/.test(name)), {
      error: 'expected names in capital letters, such as MARK',
    })
    .default({})
    .describe(
      '`<NAME>` in what is sent and matched is replaced by a value of this attempt: `digits` are 19 digits that no other attempt has, `milliseconds` the present time since 1970',
    )

type FreshNames = z.output<ReturnType<typeof freshNames>>

/** The values of one attempt, by name. */
type FreshValues = Readonly<Record<string, string>>

/** Values that no earlier attempt had: the present time alone could be that of another process. */
export function freshValues(names: FreshNames): FreshValues {
  const now = String(Date.now())
  return Object.fromEntries(
    Object.entries(names).map(([name, kind]) => [
      name,
      kind === 'milliseconds' ? now : `${now}${String(randomInt(1_000_000)).padStart(6, '0')}`,
    ]),
  )
}

/** The value with each `<NAME>` in its texts replaced; keys stay as they are. */
export function withFresh<Value>(value: Value, fresh: FreshValues): Value {
  return replaced(value, fresh) as Value
}

function replaced(value: unknown, fresh: FreshValues): unknown {
  if (typeof value === 'string')
    return Object.entries(fresh).reduce((text, [name, given]) => text.replaceAll(`<${name}>`, given), value)
  if (Array.isArray(value)) return value.map((element) => replaced(element, fresh))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, replaced(element, fresh)]))
}

/** Names that no text of the value has: an author's slip, after which the same would be sent each time. */
export function unusedNames(names: FreshNames, value: unknown): readonly string[] {
  const text = JSON.stringify(value)
  return Object.keys(names).filter((name) => !text.includes(`<${name}>`))
}
