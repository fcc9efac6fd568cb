import { open } from 'node:fs/promises'
import { arch, hostname, release, type } from 'node:os'
import type { Snapshot } from './snapshot.js'
import { repositoryState, type RepositoryState } from '../../processes/git.js'
import { toolVersion } from '../../base/package.js'

/** What a snapshot says besides the environment, as it was met. */
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
 * @param options.repository the folder whose commit counts; one that is no checkout gives none
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
