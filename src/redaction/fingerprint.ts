import { createHmac } from 'node:crypto'

type LengthBucket = '0' | '1-7' | '8-15' | '16-31' | '32-63' | '64-127' | '128+'

/** How long a value is in UTF-8 bytes, as coarsely as a report may show it. */
export function lengthBucket(value: string): LengthBucket {
  const bytes = Buffer.byteLength(value, 'utf8')
  if (bytes === 0) return '0'
  if (bytes < 8) return '1-7'
  if (bytes < 16) return '8-15'
  if (bytes < 32) return '16-31'
  if (bytes < 64) return '32-63'
  if (bytes < 128) return '64-127'
  return '128+'
}

const HEX_DIGITS = 16

/**
 * A value's fingerprint: the first 64 bits of HMAC-SHA256, as 16 hex digits. Two values can be seen to be equal under
 * one key; without the key guesses cannot be tried, as they could on a bare hash.
 */
export function fingerprint(value: string, key: string | Uint8Array): string {
  return createHmac('sha256', key).update(value, 'utf8').digest('hex').slice(0, HEX_DIGITS)
}
