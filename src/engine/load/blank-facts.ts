import type { FactType } from '../../base/facts.js'

/**
 * What expressions of checks and of steps see besides facts where nothing is known of a deployment or a run: reading
 * any of it is an error.
 */
export const nothingKnown = { vars: {}, env: {}, inputs: {}, profile: '', params: {}, outputs: {}, run: {} } as const

/** A value of a type that says nothing: empty, zero, false; of an enumeration its first. */
export function blankOf(type: FactType): unknown {
  switch (type.type) {
    case 'string':
      return ''
    case 'int':
    case 'double':
      return 0
    case 'bool':
      return false
    case 'any':
    case 'map':
      return {}
    case 'list':
      return []
    case 'enumeration':
      return type.values[0] ?? ''
    case 'object':
      return Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, blankOf(field)]))
  }
}

/** The type of what a path of names leads to; `undefined` where the type does not tell. */
export function typeAt(type: FactType, path: readonly string[]): FactType | undefined {
  let current: FactType | undefined = type
  for (const name of path)
    current = current?.type === 'object' && Object.hasOwn(current.fields, name) ? current.fields[name] : undefined
  return current
}

/** The same facts with another value at a path; what is on the way is copied, and made where it is not there. */
export function withValueAt(
  facts: Readonly<Record<string, unknown>>,
  [name, ...rest]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  if (name === undefined) return facts
  const inner = facts[name]
  return {
    ...facts,
    [name]:
      rest.length === 0
        ? value
        : withValueAt(
            typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>) : {},
            rest,
            value,
          ),
  }
}
