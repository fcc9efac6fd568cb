import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { open } from 'node:fs/promises'
import { codeOf, messageOf, OutputError, UsageError } from '../../base/errors.js'
import type { GivenInput } from '../load/resolve-inputs.js'
import { keyRefusal, readKeyFile } from '../../base/files/key-file.js'

/** Bytes: exactly so many, so that no other key is taken for one. */
const size = 32
const kind = { noun: 'fingerprint key', hint: '`preflight keys fingerprint FILE` makes one', isSecret: true } as const

/** Shared by who judges and who verifies. It cannot be printed: the bytes are held in a closure. */
export interface FingerprintKey {
  /** Tells keys apart, and nothing else of them. */
  readonly id: string
  /** HMAC-SHA256 (hex) of one variable. The name counts too: equal values of two variables do not show. */
  ofVariable(name: string, value: string): string
  /** HMAC-SHA256 (hex) of all variables, in any order. */
  ofEnvironment(variables: readonly (readonly [string, string])[]): string
  ofInput(system: string, name: string, value: GivenInput): string
  /** Whether these are the bytes of the key. */
  is(bytes: Uint8Array): boolean
}

/**
 * Reads a fingerprint key: 32 bytes, in a file of this user's alone.
 *
 * @throws UsageError for any other file
 */
export async function readFingerprintKey(path: string): Promise<FingerprintKey> {
  const bytes = await readKeyFile(path, kind)
  if (bytes.includes('-----BEGIN '))
    throw keyRefusal(kind, path, 'is a PEM key: a signing key must not also be a fingerprint key')
  if (bytes.length !== size) throw keyRefusal(kind, path, `must have ${size} bytes, found ${bytes.length}`)
  if (new Set(bytes).size < 8) throw keyRefusal(kind, path, 'consists almost entirely of one repeated byte')
  return keyOf(bytes)
}

/**
 * Makes a fingerprint key of 32 random bytes, for its owner only.
 *
 * @returns its id
 * @throws UsageError when the file already exists; OutputError when it cannot be written
 */
export async function makeFingerprintKey(path: string): Promise<string> {
  const bytes = randomBytes(size)
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.chmod(0o600)
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new UsageError(`${path} already exists`, {
        hint: 'a key that is in use must not be overwritten: name another file',
      })
    throw new OutputError(`the fingerprint key could not be written to ${path}: ${messageOf(error)}`, {
      cause: error,
      ...(codeOf(error) === 'ENOENT' ? { hint: 'the folder must exist' } : {}),
    })
  }
  return keyOf(bytes).id
}

/** What each fingerprint is of is before it, so that none of one kind is one of another. */
function keyOf(key: Buffer): FingerprintKey {
  const hmac = (what: string, ...parts: readonly unknown[]): string =>
    createHmac('sha256', key)
      .update(`preflight fingerprint v1 ${what}\0${JSON.stringify(parts)}`, 'utf8')
      .digest('hex')
  return {
    id: hmac('key').slice(0, 16),
    ofVariable: (name, value) => hmac('variable', name, value),
    ofEnvironment: (variables) => hmac('environment', ...variables.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ofInput: (system, name, value) => hmac('input', system, name, typeof value === 'string' ? value : value.join(',')),
    is: (bytes) => bytes.length === key.length && timingSafeEqual(bytes, key),
  }
}
