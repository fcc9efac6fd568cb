import { trimWhiteSpace } from '../base/language/python-number.js'
import { invisible, isWrappedInQuotes, layersOf } from './layers/layers-of.js'
import type { ReasonCode } from './reasons.js'
import { bytesOf, type EncodingLayer } from './layers/encoding-layer.js'
import { createHash } from 'node:crypto'
import { dictionary } from './words/dictionary.js'

export const surroundings = ['nothing', 'blanks', 'newlines'] as const

type HygieneContext = (typeof surroundings)[number]

/**
 * Characters of a raw value that two services will read differently: one trims, unquotes or stops at a line end, the
 * next takes the value as it is, and then every token is refused. Only the raw value is judged so; what is inside is
 * judged by the layers. Blanks around it are not a reason to refuse it ({@link surroundedBy} reports them).
 */
export function hygieneReasons(secret: string): ReasonCode[] {
  const reasons: ReasonCode[] = []
  const inside = trimWhiteSpace(secret)
  if (surroundedBy(secret) === 'newlines') reasons.push('surrounding-newlines')
  if (lineEnd.test(inside)) reasons.push('embedded-newline')
  if (isWrappedInQuotes(inside)) reasons.push('wrapping-quotes')
  if (secret.search(invisible) >= 0 || hasControlCharacters(inside)) reasons.push('invisible-characters')
  if (secret.includes('\ufffd') || /\p{Surrogate}/u.test(secret)) reasons.push('undecodable-characters')
  return reasons
}

const lineEnd = /[\n\r\u0085\u2028\u2029]/u

/**
 * What is before or after a secret and is taken off by a service that trims: nothing, blanks alone, or line ends too.
 */
export function surroundedBy(secret: string): HygieneContext {
  const inside = trimWhiteSpace(secret)
  if (inside === secret) return 'nothing'
  const start = secret.indexOf(inside)
  return lineEnd.test(secret.slice(0, start) + secret.slice(start + inside.length)) ? 'newlines' : 'blanks'
}

/** Line ends have a reason of their own. */
function hasControlCharacters(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if ((code < 32 && code !== 10 && code !== 13) || (code >= 127 && code < 160 && code !== 133)) return true
  }
  return false
}

/** Shorter forms would make strangers equal. */
const shortest = 4

/**
 * One form for all ways to write the same secret down: case, separators, quotes, blanks and padding do not count, and
 * base64 and base64url become the same. A text of signs alone stands for itself.
 */
export function canonical(text: string): string {
  const squashed = text.toLowerCase().replace(/[^\p{Letter}\p{Number}]/gu, '')
  return squashed.length >= shortest ? squashed : text
}

/** The canonical forms of every reading of a secret, and of its bytes in hexadecimal and base64. */
export function canonicalForms(secret: string): ReadonlySet<string> {
  return formsOfLayers(layersOf(secret))
}

export function formsOfLayers(layers: readonly EncodingLayer[]): ReadonlySet<string> {
  const forms = new Set<string>()
  for (const layer of layers) {
    if (layer.text.length < shortest) continue
    const bytes = bytesOf(layer)
    if (!layer.binary) forms.add(canonical(layer.text))
    forms.add(canonical(bytes.toString('hex')))
    forms.add(canonical(bytes.toString('base64')))
  }
  return forms
}

/** Bytes of MD5, SHA-1, SHA-256 and SHA-512: `echo password | sha256sum` is advice that people follow. */
const algorithmBySize = new Map([
  [16, 'md5'],
  [20, 'sha1'],
  [32, 'sha256'],
  [64, 'sha512'],
])

const tables = new Map<string, ReadonlySet<string>>()

/**
 * Whether any reading is a digest of one of the thousand commonest words, of one of the deployment's own, or of
 * nothing; with and without a final newline. A digest of an unknown word looks random, and no tool can tell.
 *
 * @param siteWords lower-case words of the deployment
 */
export function isDigestOfCommonWord(layers: readonly EncodingLayer[], siteWords: readonly string[]): boolean {
  return layers.some((layer) => {
    const bytes = bytesOf(layer)
    const algorithm = algorithmBySize.get(bytes.length)
    if (algorithm === undefined || !layer.binary) return false
    const digest = bytes.toString('latin1')
    return tableOf(algorithm).has(digest) || digestsOf(algorithm, siteWords).has(digest)
  })
}

/** Computed once per algorithm, on first use: two thousand digests are a few milliseconds. */
function tableOf(algorithm: string): ReadonlySet<string> {
  let table = tables.get(algorithm)
  if (table === undefined) {
    table = digestsOf(algorithm, ['', ...dictionary().commonest])
    tables.set(algorithm, table)
  }
  return table
}

function digestsOf(algorithm: string, words: readonly string[]): ReadonlySet<string> {
  const digests = new Set<string>()
  for (const word of words) {
    for (const text of [word, `${word}\n`]) digests.add(createHash(algorithm).update(text).digest('binary'))
  }
  return digests
}

/** A UUID in a text, and how many of its bits its version leaves to chance. */
interface FoundUuid {
  readonly start: number
  readonly end: number
  readonly version: number
  readonly bits: number
}

const written = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/giu

/** 128 bits less four of the version and two of the variant. */
const bitsOfVersion4 = 122

/**
 * The UUIDs in a text, in their written form with hyphens (braces and `urn:uuid:` may be around them). Only version
 * 4 is random (RFC 9562 §5.4). Versions 1 and 6 are a clock and a network address, 3 and 5 a digest of a name, 7 begins
 * with the time, 8 is anybody's; nil and max are constants. Without hyphens a UUID of those kinds cannot be told apart
 * from random hexadecimal digits, and is not looked for.
 */
export function findUuids(text: string): readonly FoundUuid[] {
  return [...text.matchAll(written)].map((match) => {
    const uuid = match[0]
    const isRandom = uuid[14] === '4' && /[89ab]/iu.test(uuid.charAt(19))
    return {
      start: match.index,
      end: match.index + uuid.length,
      version: Number.parseInt(uuid.charAt(14), 16),
      bits: isRandom ? bitsOfVersion4 : 0,
    }
  })
}

/** Whether UUIDs that are not random make up most of a text. */
export function isMadeOfUnrandomUuids(text: string): boolean {
  const covered = findUuids(text).reduce((sum, { start, end, bits }) => (bits === 0 ? sum + end - start : sum), 0)
  return covered > 0 && covered >= text.length / 2
}
