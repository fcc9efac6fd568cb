import { createHash } from 'node:crypto'

/**
 * What a finding is recognised by from run to run: a sha256 (hex) over what it is, never over what was met or where it
 * stands.
 */
export function fingerprintOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex')
}
