import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { codeOf, messageOf, PreflightError, UsageError } from '../kernel/errors.js'
import { fingerprint } from '../kernel/redact.js'
import type { Snapshot } from '../model/snapshot.js'

/** Bytes of a key file: as many as the hash has at least; a longer file is something else. */
const fewest = 32
const most = 64 * 1024

/** What fingerprints are made with. It cannot be printed: the bytes are held in a closure. */
export interface SnapshotKey {
  readonly kind: Snapshot['key']['kind']
  /** Tells keys apart, and nothing else of them. */
  readonly id: string
  /** Of a variable's value. The name counts too: that two variables have the same value is nobody's business. */
  ofValue(name: string, value: string): string
  /** Of a name that may hold a secret itself. */
  ofName(name: string): string
}

/** A key of one snapshot alone. It is never written. */
export function randomKey(): SnapshotKey {
  return keyOf('random', randomBytes(fewest))
}

/**
 * The key of the operator's file: all of its bytes. Snapshots made with it can be compared with each other.
 *
 * @throws UsageError when it is no regular file, others may read or write it, it belongs to somebody else, or it is shorter than 32 bytes
 */
export async function fileKey(path: string): Promise<SnapshotKey> {
  return keyOf('file', await readKeyFile(path))
}

function keyOf(kind: SnapshotKey['kind'], bytes: Uint8Array): SnapshotKey {
  const of = (...parts: readonly string[]): string => fingerprint(parts.join('\0'), bytes)
  return { kind, id: of('key'), ofValue: (name, value) => of('value', name, value), ofName: (name) => of('name', name) }
}

async function readKeyFile(path: string): Promise<Buffer> {
  try {
    // Without O_NONBLOCK a pipe of that name would be waited for.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const status = await file.stat()
      if (!status.isFile()) throw refusal(path, 'is no regular file')
      if ((status.mode & 0o077) !== 0) throw refusal(path, 'may be read by others', `chmod 600 ${path}`)
      if (process.geteuid !== undefined && process.geteuid() !== 0 && status.uid !== process.geteuid()) throw refusal(path, 'belongs to another user')
      if (status.size > most) throw refusal(path, `is longer than ${most} bytes`)
      const bytes = await file.readFile()
      if (bytes.length < fewest) throw refusal(path, `is shorter than ${fewest} bytes`)
      if (new Set(bytes).size < 8) throw refusal(path, 'holds hardly anything but the same byte')
      return bytes
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof PreflightError) throw error
    throw refusal(path, codeOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read: ${messageOf(error)}`)
  }
}

function refusal(path: string, what: string, hint = '`umask 077; openssl rand 32 > FILE` makes one'): UsageError {
  return new UsageError(`the key file ${path} ${what}`, { hint })
}
