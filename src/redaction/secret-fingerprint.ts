import { createHmac } from 'node:crypto'

const HEX_DIGITS = 16

/**
 * A value's fingerprint: the first 64 bits of HMAC-SHA256, as 16 hex digits. Two values can be seen to be equal under
 * one key; without the key guesses cannot be tried, as they could on a bare hash.
 */
export function fingerprint(value: string, key: string | Uint8Array): string {
  return createHmac('sha256', key).update(value, 'utf8').digest('hex').slice(0, HEX_DIGITS)
}
