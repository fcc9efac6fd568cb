import { type Layer, layerOfBytes } from './encoding-layer.js'

/** Percent encoding (RFC 3986 §2.1) with at least three escapes; a stray `%4f` in a random key is no encoding. */
export function decodePercent(text: string): Layer | undefined {
  const escapes = text.match(/%[0-9a-f]{2}/giu)
  if (escapes === null || escapes.length < 3 || /%(?![0-9a-f]{2})/iu.test(text)) return undefined
  const parts: Buffer[] = []
  for (const piece of text.split(/(%[0-9a-f]{2})/iu)) {
    parts.push(/^%[0-9a-f]{2}$/iu.test(piece) ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece, 'utf8'))
  }
  return layerOfBytes('percent', Buffer.concat(parts))
}
