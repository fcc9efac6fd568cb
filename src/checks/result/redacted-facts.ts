import type { FactType } from '../../base/facts.js'
import { jsonText } from '../../base/text/json-text.js'
import { factPathSegments, type Facts } from '../../engine/plain-facts.js'
import { createHash } from 'node:crypto'

/** The one redaction point, as a run sees it. */
export interface Redact {
  text(text: string): string
  /** Every string leaf of a JSON-like value. */
  value(value: unknown): unknown
}

/**
 * Redacts the text among facts. Names of facts and enumerated facts are the probe's own words, not the target's: a
 * secret that happens to be called `connect` must not blot them out.
 *
 * @param type the kind's facts; `undefined` redacts every text
 */
export function redactFacts(facts: unknown, type: FactType | undefined, redact: Redact): unknown {
  if (type?.type === 'enumeration') return facts
  if (type?.type === 'object' && typeof facts === 'object' && facts !== null) {
    return mapEntries(facts as Readonly<Record<string, unknown>>, (name, value) =>
      redactFacts(value, type.fields[name], redact),
    )
  }
  if (typeof facts === 'object' && facts !== null && Object.keys(facts).length === 0) return facts
  if (type?.type === 'list' && Array.isArray(facts)) {
    const items: readonly unknown[] = facts.map((item) => redactFacts(item, type.of, redact))
    return items.every((item, at) => item === facts[at]) ? facts : items
  }
  if (type?.type === 'map' || type?.type === 'any') return withRedactedKeys(redact.value(facts), redact)
  return redact.value(facts)
}

/**
 * The same where the types are not at hand: the names of the facts themselves are the kind's own words, and every key
 * below them may have come from outside.
 */
export function redactUntypedFacts(facts: Facts, redact: Redact): Facts {
  return mapEntries(facts, (_name, value) => withRedactedKeys(redact.value(value), redact))
}

/** Of what came from outside the keys may be anything, a secret too. Facts nest 64 levels at most. */
function withRedactedKeys(value: unknown, redact: Redact): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => withRedactedKeys(item, redact))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact.text(key), withRedactedKeys(item, redact)]),
  )
}

/** Redacts what expectations found: values by the path they were read from. */
export function redactValues(
  values: Readonly<Record<string, unknown>>,
  type: FactType | undefined,
  redact: Redact,
): Record<string, unknown> {
  return mapEntries(values, (path, value) => {
    const [root, ...rest] = factPathSegments(path)
    if (root === 'profile') return value
    return redactFacts(value, root === 'facts' ? typeAt(type, rest) : undefined, redact)
  })
}

function typeAt(type: FactType | undefined, [segment, ...rest]: readonly string[]): FactType | undefined {
  if (segment === undefined || type === undefined) return type
  if (type.type === 'object') return typeAt(type.fields[segment], rest)
  return type.type === 'list' || type.type === 'map' ? typeAt(type.of, rest) : undefined
}

/** The same object where nothing in it changes: what is judged is what is reported, and most of it is no secret. */
function mapEntries(
  object: Readonly<Record<string, unknown>>,
  change: (name: string, value: unknown) => unknown,
): Readonly<Record<string, unknown>> {
  // What is spread keeps its shape; made of entries, many values become a table of V8, which is slow and large.
  let changed: Record<string, unknown> | undefined
  for (const name of Object.keys(object)) {
    const value = change(name, object[name])
    if (value !== object[name]) (changed ??= { ...object })[name] = value
  }
  return changed ?? object
}

/**
 * Bytes that a value of a result may take as JSON, indented by two as there: a body from outside can be as large as its
 * probe reads.
 */
export const largestValue = 256 * 1024

/** Characters of a text that is cut which stay. */
const keptCharacters = 1024

/** What is in the place of a value that is too large. */
interface CutValue {
  readonly cut: {
    /** Of the whole as JSON, redacted as everything here is. */
    readonly bytes: number
    /** sha256 (hex) of the same. */
    readonly sha256: string
  }
}

/**
 * Bounds what a result keeps of values, by name. Of a value that takes more than 256 KiB as JSON what is too large in
 * it is cut, else all of it; a text keeps its beginning.
 *
 * @param values redacted: what was cut first would leave the head of a secret
 */
export function boundedValues(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return mapEntries(values, (_, value) => bounded(value))
}

/** Bytes that a character takes in JSON at most: an escape. */
const largestCharacter = 6

function bounded(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'string' && value.length < largestValue / largestCharacter) return value
  const json = asJson(value)
  const bytes = Buffer.byteLength(json)
  if (bytes <= largestValue) return value
  if (typeof value === 'object') {
    const inner = Array.isArray(value) ? value.map(bounded) : boundedValues(value as Readonly<Record<string, unknown>>)
    if (Buffer.byteLength(asJson(inner)) <= largestValue) return inner
  }
  const sha256 = createHash('sha256').update(json).digest('hex')
  if (typeof value === 'string')
    return `${value.slice(0, keptCharacters).replace(/[\uD800-\uDBFF]$/, '')}… (cut: ${bytes} bytes as JSON, sha256 ${sha256})`
  return { cut: { bytes, sha256 } } satisfies CutValue
}

/** As it would be written: indented, which of many small values makes most. */
function asJson(value: unknown): string {
  return jsonText(value, 2) ?? 'null'
}
