import { type Assessment, bitBucket, byteBucket, type StrengthContext } from './assessment.js'
import { credentialReason } from './credentials.js'
import { isDigestOfCommonWord } from './digests.js'
import { estimate } from './estimate/estimate.js'
import { hygieneReasons } from './hygiene.js'
import { isPublished } from './known-keys.js'
import { keyTypeReason } from './key-types.js'
import type { Layer, LayerName } from './layers/encoding-layer.js'
import { layersOf } from './layers/layers-of.js'
import { isLettersOnly } from './letters-only.js'
import type { Family } from './models/model.js'
import { equalsOtherValue } from './other-values.js'
import { isPlaceholder } from './placeholders.js'
import { type ReasonCode, reasonCodes } from './reasons.js'
import { referenceReason } from './secret-references.js'
import { isMadeOfUnrandomUuids } from './uuids.js'
import { fold } from './words/fold.js'

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
 * throws; the
 * result holds nothing of the secret. Pure, about 2 ms, after some 0.3 s for the word lists on the first call.
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

/** What a layer is instead of a random key. Bytes that are no text can only be a key of another kind. */
function shapeReasons(layer: Layer): readonly (ReasonCode | undefined)[] {
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
