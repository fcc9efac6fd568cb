import { createHash } from 'node:crypto'

type Mapping = Record<string, unknown>

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a dotted path, own properties only. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value
  let current = value
  for (const name of path.split('.')) {
    if (!isMapping(current) || !Object.hasOwn(current, name)) return undefined
    current = current[name]
  }
  return current
}

/**
 * A copy with a value put where a dotted path ends, and mappings on the way to it. @throws Error when something else
 * stands in the way
 */
function withValueAt(value: unknown, path: string, put: unknown, above = ''): Mapping {
  const [name = '', ...rest] = path.split('.')
  if (value !== undefined && !isMapping(value)) throw new Error(`nothing can be put at ${above}${path} of the envelope`)
  const mapping = value ?? {}
  const below = Object.hasOwn(mapping, name) ? mapping[name] : undefined
  return { ...mapping, [name]: rest.length === 0 ? put : withValueAt(below, rest.join('.'), put, `${above}${name}.`) }
}

function filledIn(envelope: Mapping, places: readonly string[], value: unknown): Mapping {
  return places.reduce(
    (filled, place) => (valueAt(filled, place) === undefined ? withValueAt(filled, place, value) : filled),
    envelope,
  )
}

/**
 * An identifier of the form `arq_<digits>_<n>_<hex>`, the same for each attempt of a step, so that a peer that
 * remembers what it
 * has seen can tell a repetition.
 */
export function identifierFor(idempotencyKey: string): string {
  const digest = createHash('sha256').update(idempotencyKey).digest()
  return `arq_${digest.readBigUInt64BE(0).toString().padStart(19, '0').slice(0, 19)}_1_${digest.subarray(8, 11).toString('hex')}`
}

export interface Correlated {
  readonly envelope: Mapping
  /** What the answer must refer to. */
  readonly id: string
}

/**
 * An envelope with its identifier and time put in where they are missing. An identifier that the author gives at the
 * first place is
 * kept, and used for the others.
 *
 * @param now milliseconds since the Unix epoch
 * @throws Error when a place cannot be filled, or the identifier given is no text
 */
export function completeEnvelope(
  send: Mapping,
  places: { readonly id: readonly string[]; readonly timestamp: readonly string[] },
  idempotencyKey: string,
  now: number,
  isBinary: boolean,
): Correlated {
  const given = valueAt(send, places.id[0] ?? 'id')
  if (given !== undefined && (typeof given !== 'string' || given === ''))
    throw new Error(`the identifier at ${places.id[0]} is no text`)
  const id = given ?? identifierFor(idempotencyKey)
  const time = isBinary ? now : new Date(now).toISOString()
  return { id, envelope: filledIn(filledIn(send, places.id, id), places.timestamp, time) }
}
