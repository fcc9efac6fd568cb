import { bytesOf, type Layer } from './layers/layer.js'
import type { ReasonCode } from './reasons.js'

/**
 * A key of another kind where a shared secret is expected. A verifier takes the bytes of a public key as an HMAC key without
 * a word, and then whoever has the public key can sign (RFC 8725 §2.1).
 */
export function keyTypeReason(layer: Layer): ReasonCode | undefined {
  if (layer.binary) return isDer(bytesOf(layer)) ? 'der-key' : undefined
  const text = layer.text.trimStart()
  if (/-----BEGIN [A-Z0-9 ]{1,40}-----|^-{2,5} ?BEGIN /u.test(text.slice(0, 4096))) return 'pem-key'
  if (/^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3}|sk-(?:ssh|ecdsa)-[a-z0-9@.-]{1,60}) AAAA/u.test(text)) return 'ssh-key'
  if (/^AAAA(?:B3NzaC1(?:yc2E|kc3M)|C3NzaC1lZDI1NTE5|E2VjZHNh|GnNrL)/u.test(text)) return 'ssh-key'
  if (isJwk(text)) return 'jwk'
  return isObject(text) ? 'json-object' : undefined
}

/** A SEQUENCE whose inner elements fill it exactly: for random bytes that is rarer than one in 10⁸. */
function isDer(bytes: Buffer): boolean {
  const outer = element(bytes, 0)
  if (bytes[0] !== 0x30 || outer === undefined || outer.end !== bytes.length) return false
  let count = 0
  let at = outer.content
  for (; at < outer.end; count++) {
    const inner = element(bytes, at)
    if (inner === undefined || inner.end > outer.end) return false
    if (count === 0 && bytes[at] !== 0x02 && bytes[at] !== 0x30) return false
    at = inner.end
  }
  return count >= 2 && at === outer.end
}

/** Where the content of a DER element begins and ends; lengths of up to four bytes. */
function element(bytes: Buffer, at: number): { content: number; end: number } | undefined {
  const first = bytes[at + 1]
  if (first === undefined) return undefined
  if (first < 0x80) return { content: at + 2, end: at + 2 + first }
  const size = first & 0x7f
  if (size === 0 || size > 4 || at + 2 + size > bytes.length) return undefined
  const content = at + 2 + size
  return { content, end: content + bytes.readUIntBE(at + 2, size) }
}

/** JSON with a key type, or a set of such. */
function isJwk(text: string): boolean {
  if (!text.startsWith('{') && !text.startsWith('[')) return false
  const value = parsedJson(text)
  const list = Array.isArray(value) ? value : [value]
  return list.some((item) => hasOwn(item, 'kty') || (hasOwn(item, 'keys') && Array.isArray(item.keys)))
}

/** A document around a key, as a vault's command line prints it. */
function isObject(text: string): boolean {
  return text.startsWith('{') && parsedJson(text) !== undefined
}

function hasOwn<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}

/** JSON.parse puts the text into its error's message, so that error stays here. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
