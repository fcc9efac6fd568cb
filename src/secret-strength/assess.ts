import {
  type Assessment,
  bitBucket,
  byteBucket,
  type StrengthContext,
  type ReasonCode,
  reasonCodes,
} from './reasons.js'
import {
  isDigestOfCommonWord,
  hygieneReasons,
  canonical,
  canonicalForms,
  formsOfLayers,
  isMadeOfUnrandomUuids,
} from './hygiene.js'
import { estimate } from './estimate/estimate.js'
import { keyTypeReason, parsedJson } from './key-types.js'
import type { EncodingLayer, LayerName } from './layers/encoding-layer.js'
import { layersOf } from './layers/layers-of.js'
import type { Family } from './models/model.js'
import { isPlaceholder } from './placeholders.js'
import { referenceReason } from './secret-references.js'
import { fold } from './words/fold.js'
import { publishedKeys } from './words/published-keys.js'

/** Below this many bits the estimate itself is an objection, and the reason says what the secret is made of. */
const tellsFrom = 112

const reasonOfFamily: Readonly<Partial<Record<Family, ReasonCode>>> = {
  word: 'made-of-words',
  text: 'made-of-words',
  'site-word': 'made-of-words',
  repetition: 'repetition',
  sequence: 'sequence',
  keyboard: 'keyboard-walk',
  'date-or-number': 'dates-or-numbers',
  constant: 'well-known-constant',
}

/**
 * How strong a shared secret is: every reading of it is judged, and the worst counts. Takes any string and never
 * throws; the result holds nothing of the secret. Pure, about 2 ms, after some 0.3 s for the word lists on the first
 * call.
 */
export function assessSecret(secret: string, context: StrengthContext): Assessment {
  const layers = layersOf(secret)
  const siteWords = siteWordsOf(context.siteWords)
  const found = new Map<ReasonCode, LayerName>()
  const object = (reason: ReasonCode | undefined, layer: LayerName) => {
    if (reason !== undefined && !found.has(reason)) found.set(reason, layer)
  }
  const bytes = Buffer.byteLength(secret, 'utf8')
  if (secret.trim() === '') object('empty', 'raw')
  if (bytes < context.minimumBytes) object('too-short', 'raw')
  for (const reason of hygieneReasons(secret)) object(reason, 'raw')
  for (const layer of layers) {
    for (const reason of shapeReasons(layer)) object(reason, layer.name)
  }
  if (isPublished(layers)) object('published-key', 'raw')
  if (isDigestOfCommonWord(layers, siteWords)) object('digest-of-common-word', 'raw')
  if (equalsOtherValue(layers, context.otherValues)) object('equals-other-value', 'raw')

  const { bits, layer, humanShaped, dominant } = estimate(layers, siteWords)
  if (bits < tellsFrom) object(reasonOfFamily[dominant], layer)
  return {
    bytes: byteBucket(bytes),
    bits: bitBucket(bits),
    estimatedBits: bits,
    reasons: reasonCodes.filter((code) => found.has(code)),
    layer: bits < tellsFrom ? layer : ([...found.values()].find((name) => name !== 'raw') ?? 'raw'),
    humanShaped: humanShaped || layers.some(({ text, binary }) => !binary && isLettersOnly(text)),
  }
}

/** What a layer is instead of a random key. Bytes that are not text can only be a key of another kind. */
function shapeReasons(layer: EncodingLayer): readonly (ReasonCode | undefined)[] {
  const keyType = keyTypeReason(layer)
  if (layer.binary) return [keyType]
  return [
    keyType,
    credentialReason(layer.text),
    referenceReason(layer.text),
    isPlaceholder(layer.text) ? 'placeholder' : undefined,
    isMadeOfUnrandomUuids(layer.text) ? 'uuid-not-random' : undefined,
  ]
}

/** Names fall apart at their separators; what has fewer than three letters would be found in every random key. */
function siteWordsOf(names: readonly string[]): readonly string[] {
  const words = names.flatMap((name) => [fold(name), ...fold(name).split(/[^a-z0-9]+/u)])
  return [...new Set(words.filter((word) => word.length >= 3))].slice(0, mostSiteWords)
}

/** A deployment has a dozen; more would make the models slow and cheap. */
const mostSiteWords = 64

/** Shorter texts are too weak to need this. */
const shortest = 16

/**
 * Whether a text is nothing but letters, nearly all of one case, and what is between words. No generator in use draws
 * from 26 letters only, and people who string words together do nothing else; but which words, in which language, a
 * model may not know. A random key of one of the named generators looks like this less than once in 10¹².
 */
function isLettersOnly(text: string): boolean {
  const bounded = text.slice(0, 512)
  if (bounded.length < shortest || !/^[\p{L}\p{M} _.,'!?-]+$/u.test(bounded)) return false
  const letters = bounded.match(/\p{L}/gu)?.length ?? 0
  const capitals = bounded.match(/\p{Lu}/gu)?.length ?? 0
  return letters >= bounded.length * 0.7 && Math.min(capitals, letters - capitals) * 5 <= letters
}

/** Published keys this long are recognised inside a longer value, too: somebody added a suffix. */
const longEnoughInside = 16

let forms: ReadonlySet<string> | undefined

const inside = publishedKeys.map(canonical).filter((key) => key.length >= longEnoughInside)

/** Whether any reading of a secret is a published key, in any notation, or contains one. */
function isPublished(layers: readonly EncodingLayer[]): boolean {
  forms ??= new Set(publishedKeys.flatMap((key) => [...canonicalForms(key)]))
  for (const form of formsOfLayers(layers)) {
    if (forms.has(form) || inside.some((key) => form.includes(key))) return true
  }
  return false
}

const hashes: readonly RegExp[] = [
  /^\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}/u,
  /^\$argon2(?:id|i|d)\$/u,
  /^\$[156]\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,86}/u,
  /^\$(?:y|gy|7|scrypt|pbkdf2(?:-sha\d{1,3})?)\$[^$]{1,64}\$[^$]{1,128}/u,
  /^(?:pbkdf2|scrypt|bcrypt|argon2)[:_][a-z0-9:_]{1,30}\$/u,
  /^\{(?:S?SHA(?:256|384|512)?|S?MD5|CRYPT|BCRYPT|PBKDF2[A-Z0-9-]{0,12})\}/iu,
  /^SCRAM-SHA-\d{1,3}\$\d{1,9}:/u,
]

const scheme = /^[a-z][a-z0-9+.-]{2,30}:\/\/\S/iu

const hostKeyword = /(?:^|[\s;])(?:host|hostaddr|server|data source|hostname|endpoint)\s{0,3}=/iu

const otherKeyword =
  /(?:^|[\s;])(?:password|pwd|user id|user|uid|dbname|database|port|sharedaccesskey(?:name)?)\s{0,3}=/iu

/** Another credential in the place of the secret: something that is shown, stored or sent elsewhere by its nature. */
function credentialReason(text: string): ReasonCode | undefined {
  if (isToken(text)) return 'jwt'
  if (hashes.some((pattern) => pattern.test(text))) return 'password-hash'
  return scheme.test(text) || isKeywordDsn(text.slice(0, 2048)) ? 'url-or-dsn' : undefined
}

function isKeywordDsn(text: string): boolean {
  return hostKeyword.test(text) && otherKeyword.test(text)
}

/** Begins as a JSON header does in base64url, and really decodes to one. */
function isToken(text: string): boolean {
  if (!text.startsWith('eyJ') && !text.startsWith('ewo')) return false
  const header = parsedJson(Buffer.from(text.split('.', 1)[0] as string, 'base64url').toString('utf8'))
  return (
    typeof header === 'object' &&
    header !== null &&
    (Object.hasOwn(header, 'alg') || Object.hasOwn(header, 'typ') || text.split('.').length >= 3)
  )
}

/** Values this short are equal by chance, and say nothing. */
const shortestOther = 6

/** Whether any reading of a secret is another value of the deployment, in any notation of either. */
function equalsOtherValue(layers: readonly EncodingLayer[], others: StrengthContext['otherValues']): boolean {
  if (others.length === 0) return false
  const own = formsOfLayers(layers)
  return others.some(({ value }) => {
    if (value.length < shortestOther) return false
    for (const form of formsOfLayers(layersOf(value))) {
      if (form.length >= shortestOther && own.has(form)) return true
    }
    return false
  })
}
