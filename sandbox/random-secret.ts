import { randomBytes } from 'node:crypto'

/**
 * A fresh secret from the system's random source: 48 bytes (384 bits) by default, as base64url, so that it needs no
 * quoting in a URL.
 */
export function randomSecret(bytes = 48): string {
  return randomBytes(bytes).toString('base64url')
}
