import { type Layer, layerOfBytes } from './encoding-layer.js'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Base32 (RFC 4648 §6) in one case, padding optional; 16 characters and more, since any upper-case word is base32. */
export function decodeBase32(text: string): Layer | undefined {
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
