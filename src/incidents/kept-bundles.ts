import { join } from 'node:path'
import { messageOf } from '../base/errors.js'
import { findId, namesKept, stateFolder } from '../base/files/state-folder.js'
import type { Incident } from './incident.js'
import { archiveName } from './bundle/partial.js'
import { documentOf } from './read-incident.js'
import { readBundle } from './bundle/read-bundle.js'

/** A bundle in the folder where bundles are made when it is not stated where. */
export interface KeptBundle {
  readonly name: string
  readonly archive: string
  /** `undefined` where it cannot be read. */
  readonly incident: Pick<Incident, 'capturedAt' | 'run' | 'classification'> | undefined
  /** Why it cannot be read, or empty. */
  readonly problem: string
}

/** Where bundles are made when it is not stated where. */
export function incidentsFolder(state: string | undefined): string {
  return join(stateFolder(state), 'incidents')
}

/**
 * The bundles of this user, the latest first.
 *
 * @throws UsageError when the folder cannot be read
 */
export async function listBundles(state: string | undefined): Promise<readonly KeptBundle[]> {
  const folder = incidentsFolder(state)
  return Promise.all((await bundleNames(folder)).toReversed().map((name) => readKept(folder, name)))
}

/**
 * The path of a bundle: the one given, or that of a kept bundle by its name, a unique part of it, or `last`.
 *
 * @throws UsageError when a name that is no path is not that of a kept bundle
 */
export async function bundlePath(named: string, state: string | undefined): Promise<string> {
  // Names of bundles hold neither dots nor slashes.
  if (/[./]/.test(named)) return named
  const folder = incidentsFolder(state)
  const names = await bundleNames(folder)
  if (named !== 'last' && !names.some((name) => name.includes(named))) return named
  const name = findId(names, named, { noun: 'incident', folder, listedBy: 'preflight incident list' })
  return join(folder, archiveName(name))
}

const archivePattern = /^(incident-\d{8}T\d{6}Z-[a-z0-9-]{1,60})\.tar\.gz$/

/** The oldest first. */
async function bundleNames(folder: string): Promise<readonly string[]> {
  return (await namesKept(folder)).flatMap((file) => archivePattern.exec(file)?.[1] ?? []).sort()
}

async function readKept(folder: string, name: string): Promise<KeptBundle> {
  const archive = join(folder, archiveName(name))
  try {
    return { name, archive, incident: documentOf(await readBundle(archive), 'incident.json'), problem: '' }
  } catch (error) {
    return { name, archive, incident: undefined, problem: messageOf(error) }
  }
}
