import type { FactType } from '../../base/facts.js'
import { segmentsOf } from '../../engine/met-values.js'

/** The one redaction point, as a run sees it. */
export interface Redact {
  text(text: string): string
  /** Every string leaf of a JSON-like value. */
  value(value: unknown): unknown
}

/**
 * Redacts the text among facts. Names of facts and enumerated facts are the probe's own words, not the target's: a
 * secret that
 * happens to be called `connect` must not blot them out.
 *
 * @param type the kind's facts; `undefined` redacts every text
 */
export function redactFacts(facts: unknown, type: FactType | undefined, redact: Redact): unknown {
  if (type?.type === 'enumeration') return facts
  if (type?.type === 'object' && typeof facts === 'object' && facts !== null) {
    return mapEntries(facts, (name, value) => redactFacts(value, type.fields[name], redact))
  }
  if (type?.type === 'list' && Array.isArray(facts)) return facts.map((item) => redactFacts(item, type.of, redact))
  return redact.value(facts)
}

/** Redacts what expectations met: values by the path they were read from. */
export function redactValues(
  values: Readonly<Record<string, unknown>>,
  type: FactType | undefined,
  redact: Redact,
): Record<string, unknown> {
  return mapEntries(values, (path, value) => {
    const [root, ...rest] = segmentsOf(path)
    if (root === 'profile') return value
    return redactFacts(value, root === 'facts' ? typeAt(type, rest) : undefined, redact)
  })
}

function typeAt(type: FactType | undefined, [segment, ...rest]: readonly string[]): FactType | undefined {
  if (segment === undefined || type === undefined) return type
  if (type.type === 'object') return typeAt(type.fields[segment], rest)
  return type.type === 'list' || type.type === 'map' ? typeAt(type.of, rest) : undefined
}

function mapEntries(object: object, change: (name: string, value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(name, value)]))
}
