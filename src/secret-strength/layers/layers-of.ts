import { decodeBase32 } from './base32.js'
import { decodeBase64 } from './base64.js'
import { decodeBinaryDigits } from './binary-digits.js'
import { decodeHex } from './hex.js'
import type { Layer } from './encoding-layer.js'
import { decodePercent } from './percent-encoding.js'
import { decodeUtf16 } from './utf16.js'
import { unwrap } from './wrappings.js'

/** How many encodings are taken off one inside the other. Wrappings (blanks, quotes, `NAME=`) come on top. */
export const maximumDecodings = 3

/** Encoded texts longer than this (characters) are not decoded: nobody wraps a key that often. */
const longestDecoded = 16_384

/** No secret has more readings than this; the bound keeps a crafted one from multiplying the work. */
const mostLayers = 24

/**
 * Every reading of a secret, the raw value first: with wrappings taken off, and with encodings undone, each inside the
 * other. An attacker who guesses the inside has guessed the secret, so each is judged and the worst counts.
 */
export function layersOf(secret: string): readonly Layer[] {
  const layers: Layer[] = [{ name: 'raw', text: secret, binary: false }]
  const decodings = [0]
  const seen = new Set([secret])
  for (let i = 0; i < layers.length && layers.length < mostLayers; i++) {
    const layer = layers[i] as Layer
    const depth = decodings[i] as number
    const next = unwrap(layer).map((inside) => ({ inside, depth }))
    if (depth < maximumDecodings && layer.text.length <= longestDecoded) {
      next.push(...decode(layer).map((inside) => ({ inside, depth: depth + 1 })))
    }
    for (const { inside, depth: insideDepth } of next) {
      if (inside.text === '' || seen.has(inside.text)) continue
      seen.add(inside.text)
      layers.push(inside)
      decodings.push(insideDepth)
    }
  }
  return layers
}

/**
 * The narrowest alphabet that holds the whole text decides: hex digits are base64 characters too, and never meant so.
 */
function decode(layer: Layer): Layer[] {
  const wide = decodeUtf16(layer)
  if (wide !== undefined) return [wide]
  if (layer.binary) return []
  const { text } = layer
  const decoded =
    decodeBinaryDigits(text) ?? decodeHex(text) ?? decodeBase32(text) ?? decodeBase64(text) ?? decodePercent(text)
  return decoded === undefined ? [] : [decoded]
}
