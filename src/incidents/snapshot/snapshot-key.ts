import { randomBytes } from 'node:crypto'
import { fingerprint } from '../../redaction/redact.js'
import type { Snapshot } from './snapshot.js'
import { keyRefusal, readKeyFile } from '../../base/files/key-file.js'
import { open } from 'node:fs/promises'
import { arch, hostname, release, type } from 'node:os'
import { repositoryState, type RepositoryState } from '../../processes/git.js'
import { toolVersion } from '../../base/package.js'

/** Bytes of a key file: as many as the hash has at least. */
const fewest = 32

const keyFile = { noun: 'key file', hint: '`umask 077; openssl rand 32 > FILE` makes one', isSecret: true } as const

/** What fingerprints are made with. It cannot be printed: the bytes are held in a closure. */
export interface SnapshotKey {
  readonly kind: Snapshot['key']['kind']
  /** Tells keys apart, and nothing else of them. */
  readonly id: string
  /** Of a variable's value. The name counts too: equal values of two variables must not show. */
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
 * @throws UsageError when it is not a regular file, others may read or write it, it belongs to somebody else, or it is
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
  if (new Set(bytes).size < 8) throw keyRefusal(keyFile, path, 'consists almost entirely of one repeated byte')
  return bytes
}

/** What a snapshot says besides the environment, as it was found. */
export interface SnapshotMeta {
  readonly toolVersion: string
  /** ISO-8601. */
  readonly takenAt: string
  readonly deployment: string | null
  readonly profile: string
  readonly host: string
  readonly node: string
  readonly system: Snapshot['system']
  readonly repository: RepositoryState | null
}

/**
 * Looks at this machine and at a checkout.
 *
 * @param options.repository the folder whose commit counts; one that is not a checkout gives none
 */
export async function newSnapshotMeta(options: {
  readonly deployment: string | null
  readonly profile: string
  readonly repository: string
}): Promise<SnapshotMeta> {
  const [distribution, repository] = await Promise.all([distributionName(), repositoryState(options.repository)])
  return {
    toolVersion,
    takenAt: new Date().toISOString(),
    deployment: options.deployment,
    profile: options.profile,
    host: hostname(),
    node: process.versions.node,
    system: { distribution, kernel: `${type()} ${release()}`, architecture: arch() },
    repository,
  }
}

/** What the machine's distribution calls itself (os-release(5)), else the empty string. */
async function distributionName(): Promise<string> {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const text = await headOf(path)
    const [, quoted, plain] = /^PRETTY_NAME=(?:"([^"\n]*)"|(\S*))/m.exec(text) ?? []
    if ((quoted ?? plain ?? '') !== '') return quoted ?? plain ?? ''
  }
  return ''
}

/** The first 16 KiB of a file; empty when there is none. */
async function headOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16 * 1024), 0, 16 * 1024, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
