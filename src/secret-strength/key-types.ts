import { bytesOf, type EncodingLayer } from './layers/encoding-layer.js'
import type { ReasonCode } from './reasons.js'

/**
 * A key of another kind where a shared secret is expected. A verifier takes the bytes of a public key as an HMAC key
 * without complaint, and then everybody with the public key can sign (RFC 8725 §2.1).
 */
export function keyTypeReason(layer: EncodingLayer): ReasonCode | undefined {
  if (layer.binary) {
    const bytes = bytesOf(layer)
    if (isSshKey(bytes)) return 'ssh-key'
    return isDer(bytes) ? 'der-key' : undefined
  }
  const text = layer.text.trimStart()
  if (/-----BEGIN [A-Z0-9 ]{1,40}-----|^-{2,5} ?BEGIN /u.test(text.slice(0, 4096))) return 'pem-key'
  if (/(?:^|\s)(?:ssh|ecdsa|sk)-[a-z0-9@.-]{1,60} AAAA/u.test(text.slice(0, 2048))) return 'ssh-key'
  if (isSshKey(Buffer.from(text.slice(0, mostOfSshName), 'base64'))) return 'ssh-key'
  if (isJwk(text)) return 'jwk'
  return isObject(text) ? 'json-object' : undefined
}

/** Characters of base64 that hold the longest name of a kind of key. */
const mostOfSshName = 128

/**
 * The body of an SSH key: public ones begin with the length and the name of their kind (RFC 4253 §6.6), private ones
 * with a word.
 */
function isSshKey(bytes: Buffer): boolean {
  if (bytes.subarray(0, 15).equals(Buffer.from('openssh-key-v1\0'))) return true
  if (bytes.length < 8) return false
  const end = 4 + bytes.readUInt32BE(0)
  return end <= 84 && /^(?:ssh|ecdsa|sk)-[a-z0-9@.-]{1,80}$/u.test(bytes.toString('latin1', 4, end))
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

/** The beginning of an object: of JSON, also escaped, or of what JavaScript and Python print. */
const objectStart = /^\{\s{0,8}(?:\\{0,3}["'][\w .@-]{1,64}\\{0,3}["']\s{0,8}:|[A-Za-z_]\w{0,63}:\s{0,8}["'])/u

/** A document around a key, as a vault's command line prints it. */
function isObject(text: string): boolean {
  return objectStart.test(text) || (text.startsWith('{') && parsedJson(text) !== undefined)
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
