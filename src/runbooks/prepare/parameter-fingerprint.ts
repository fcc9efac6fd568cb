import { scryptSync } from 'node:crypto'
import type { Secret } from '../../redaction/secret-value.js'

/**
 * What a plan's hash and a journal hold of a secret parameter: enough to see that it is another one, too slow to guess
 * by. A key
 * file would be a trace of its own on a machine where only a plan was made; the salt is what the plan is about.
 */
export function secretFingerprint(value: Secret, salt: string): string {
  return `scrypt:${scryptSync(value.reveal().normalize('NFC'), salt, 24, { N: 32768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }).toString('hex')}`
}
