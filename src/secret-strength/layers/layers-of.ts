import { type EncodingLayer, layerOfBytes } from './encoding-layer.js'

/** How many encodings are taken off one inside the other. Wrappings (blanks, quotes, `NAME=`) come on top. */
const maximumDecodings = 3

/** Encoded texts longer than this (characters) are not decoded: no key is wrapped that often. */
const longestDecoded = 16_384

/** No secret has more readings than this; the bound keeps a crafted one from multiplying the work. */
const mostLayers = 24

/**
 * Every reading of a secret, the raw value first: with wrappings taken off, and with encodings undone, each inside the
 * other. An attacker who guesses the inside has guessed the secret, so each is judged and the worst counts.
 */
export function layersOf(secret: string): readonly EncodingLayer[] {
  const layers: EncodingLayer[] = [{ name: 'raw', text: secret, binary: false }]
  const decodings = [0]
  const seen = new Set([secret])
  for (let i = 0; i < layers.length && layers.length < mostLayers; i++) {
    const layer = layers[i] as EncodingLayer
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
function decode(layer: EncodingLayer): EncodingLayer[] {
  const wide = decodeUtf16(layer)
  if (wide !== undefined) return [wide]
  if (layer.binary) return []
  const { text } = layer
  const decoded =
    decodeBinaryDigits(text) ?? decodeHex(text) ?? decodeBase32(text) ?? decodeBase64(text) ?? decodePercent(text)
  return decoded === undefined ? [] : [decoded]
}

/** Noughts and ones in groups of eight, with or without blanks between them. */
function decodeBinaryDigits(text: string): EncodingLayer | undefined {
  if (!/^[01]{8}(?: ?[01]{8}){3,}$/u.test(text)) return undefined
  const octets = text.replaceAll(' ', '').match(/.{8}/gu) ?? []
  return layerOfBytes('binary-digits', Buffer.from(octets.map((octet) => Number.parseInt(octet, 2))))
}

/** Percent encoding (RFC 3986 §2.1) with at least three escapes; a stray `%4f` in a random key is not an encoding. */
function decodePercent(text: string): EncodingLayer | undefined {
  const escapes = text.match(/%[0-9a-f]{2}/giu)
  if (escapes === null || escapes.length < 3 || /%(?![0-9a-f]{2})/iu.test(text)) return undefined
  const parts: Buffer[] = []
  for (const piece of text.split(/(%[0-9a-f]{2})/iu)) {
    parts.push(/^%[0-9a-f]{2}$/iu.test(piece) ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece, 'utf8'))
  }
  return layerOfBytes('percent', Buffer.concat(parts))
}

/** Text in two bytes per character, either byte order: every second byte is zero (PowerShell's base64 is made so). */
function decodeUtf16({ text }: EncodingLayer): EncodingLayer | undefined {
  const body = /^(?:\u00ff\u00fe|\u00fe\u00ff)/u.test(text) ? text.slice(2) : text
  if (body.length < 8 || body.length % 2 !== 0) return undefined
  for (const zeroAt of [1, 0]) {
    let inside = ''
    for (let i = 0; i < body.length && body.charCodeAt(i + zeroAt) === 0; i += 2) inside += body[i + 1 - zeroAt]!
    if (inside.length === body.length / 2 && !inside.includes('\0'))
      return { name: 'utf-16le', text: inside, binary: false }
  }
  return undefined
}

/**
 * Base64 and base64url (RFC 4648 §4, §5), padding optional, line breaks ignored. The two alphabets do not mix. Texts
 * that are hexadecimal, digits or upper-case base32 throughout are left to those decoders by the caller: a random
 * base64 string of 32 characters looks like that less than once in 10¹⁵.
 */
function decodeBase64(text: string): EncodingLayer | undefined {
  const compact = text.replace(/[\r\n]/gu, '')
  const body = compact.replace(/={1,2}$/u, '')
  if (body.length < 8 || body.length % 4 === 1) return undefined
  if (/^[A-Za-z0-9+/]+$/u.test(body)) return layerOfBytes('base64', Buffer.from(body, 'base64'))
  if (/^[A-Za-z0-9_-]+$/u.test(body)) return layerOfBytes('base64url', Buffer.from(body, 'base64url'))
  return undefined
}

const pairs = /^[0-9a-f]{2}(?:([ :,-]|\\x|, ?0x)[0-9a-f]{2})(?:\1[0-9a-f]{2})*$/iu

/**
 * The digits of a hexadecimal text (plain, or in pairs with one separator throughout), or undefined when it is not one.
 */
function hexDigits(text: string): string | undefined {
  if (/^(?:[0-9a-f]{2})+$/iu.test(text)) return text
  return pairs.test(text) ? text.replace(/0x|\\x|[^0-9a-f]/giu, '') : undefined
}

/** At least 4 bytes: shorter, any word of a to f would count. */
function decodeHex(text: string): EncodingLayer | undefined {
  const digits = hexDigits(text)
  return digits !== undefined && digits.length >= 8 ? layerOfBytes('hex', Buffer.from(digits, 'hex')) : undefined
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Base32 (RFC 4648 §6) in one case, padding optional; 16 characters and more, since any upper-case word is base32. */
function decodeBase32(text: string): EncodingLayer | undefined {
  const body = text.replace(/={1,6}$/u, '')
  if (body.length < 16 || !(/^[A-Z2-7]+$/u.test(body) || /^[a-z2-7]+$/u.test(body))) return undefined
  const bytes: number[] = []
  let buffer = 0
  let held = 0
  for (const symbol of body.toUpperCase()) {
    buffer = ((buffer << 5) | alphabet.indexOf(symbol)) & 0xfff
    held += 5
    if (held >= 8) {
      held -= 8
      bytes.push((buffer >> held) & 0xff)
    }
  }
  return layerOfBytes('base32', Buffer.from(bytes))
}

/** Zero-width and directional marks: invisible in every editor, and still part of the key. */
// U+034F is in the class for itself; it combines with nothing here.
// eslint-disable-next-line no-misleading-character-class
export const invisible = /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/gu

const quotePairs: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['\u201c', '\u201d'],
  ['\u2018', '\u2019'],
  ['\u00ab', '\u00bb'],
]

const assignment = /^(?:export\s{1,4})?[A-Za-z_][A-Za-z0-9_.-]{1,63}\s{0,4}[=:]\s{0,4}(?=[^=\s])/u

const upperCaseAssignment = /^(?:export\s{1,4})?[A-Z_][A-Z0-9_]{2,63}=(?=[^=])/u

const marker = /^(?:base64:|b64:|hex:|raw:|plain:|0x|\\x|bearer\s{1,4}|basic\s{1,4}|data:[a-z/;=-]{0,40};base64,)/iu

/**
 * Whether the first and the last character are a pair of quotes around something. A typesetter's quotes count: they
 * come from a document that the value was copied out of.
 */
export function isWrappedInQuotes(text: string): boolean {
  return text.length >= 2 && quotePairs.some(([open, close]) => text.startsWith(open) && text.endsWith(close))
}

/** Everything that can be taken off a text without decoding it: one layer per wrapping that is there. */
function unwrap({ text, binary }: EncodingLayer): EncodingLayer[] {
  if (binary) return []
  const layers: EncodingLayer[] = []
  const add = (name: EncodingLayer['name'], inside: string) => {
    if (inside !== text && inside !== '') layers.push({ name, text: inside, binary: false })
  }
  add('trimmed', text.trim())
  if (isWrappedInQuotes(text)) add('unquoted', text.slice(1, -1))
  add('visible', text.replace(invisible, ''))
  add('prefix-stripped', withoutPrefix(text))
  return layers
}

function withoutPrefix(text: string): string {
  const name = upperCaseAssignment.exec(text) ?? spacedAssignment(text) ?? marker.exec(text)
  return name === null ? text : text.slice(name[0].length)
}

/**
 * `name: value` and `name = value`: with a blank in it, since a colon or an equals sign alone may be part of a random
 * key.
 */
function spacedAssignment(text: string): RegExpExecArray | null {
  const match = assignment.exec(text)
  return match !== null && /\s/u.test(match[0]) ? match : null
}
