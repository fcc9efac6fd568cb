import { type Layer, layerOfBytes } from './encoding-layer.js'

/**
 * Base64 and base64url (RFC 4648 §4, §5), padding optional, line breaks ignored. The two alphabets do not mix. Texts
 * that are hexadecimal, digits or upper-case base32 throughout are left to those decoders by the caller: a random
 * base64
 * string of 32 characters looks like that less than once in 10¹⁵.
 */
export function decodeBase64(text: string): Layer | undefined {
  const compact = text.replace(/[\r\n]/gu, '')
  const body = compact.replace(/={1,2}$/u, '')
  if (body.length < 8 || body.length % 4 === 1) return undefined
  if (/^[A-Za-z0-9+/]+$/u.test(body)) return layerOfBytes('base64', Buffer.from(body, 'base64'))
  if (/^[A-Za-z0-9_-]+$/u.test(body)) return layerOfBytes('base64url', Buffer.from(body, 'base64url'))
  return undefined
}
