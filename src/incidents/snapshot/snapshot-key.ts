import { randomBytes } from 'node:crypto'
import { fingerprint } from '../../redaction/redact.js'
import type { Snapshot } from './snapshot.js'
import { keyRefusal, readKeyFile } from '../../base/files/key-file.js'

/** Bytes of a key file: as many as the hash has at least. */
const fewest = 32
const keyFile = { noun: 'key file', hint: '`umask 077; openssl rand 32 > FILE` makes one', isSecret: true } as const

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
 * @throws UsageError when it is no regular file, others may read or write it, it belongs to somebody else, or it is
 *   shorter than 32 bytes
 */
export async function fileKey(path: string): Promise<SnapshotKey> {
  return keyOf('file', await readBytes(path))
}

function keyOf(kind: SnapshotKey['kind'], bytes: Uint8Array): SnapshotKey {
  const of = (...parts: readonly string[]): string => fingerprint(parts.join('\0'), bytes)
  return { kind, id: of('key'), ofValue: (name, value) => of('value', name, value), ofName: (name) => of('name', name) }
}

async function readBytes(path: string): Promise<Buffer> {
  const bytes = await readKeyFile(path, keyFile)
  if (bytes.length < fewest) throw keyRefusal(keyFile, path, `is shorter than ${fewest} bytes`)
  if (new Set(bytes).size < 8) throw keyRefusal(keyFile, path, 'holds hardly anything but the same byte')
  return bytes
}
