import { join } from 'node:path'
import { bundleNamePattern } from './manifest.js'
import { newFolder } from './private-file.js'
import { ownId, type WriterId } from './writer-id.js'

/**
 * A bundle that is being written: a hidden folder beside its place, on the same file system. It says in its own name
 * who writes it, so
 * that there is no moment at which it exists and does not say so.
 */
export interface PartialBundle {
  readonly path: string
  /** What is moved into place: the bundle's folder, and its archive. */
  readonly folder: string
  readonly archive: string
}

export function archiveName(name: string): string {
  return `${name}.tar.gz`
}

export function partialName(name: string, { pid, started, place }: WriterId): string {
  return `.${name}.${pid}-${started}-${place}.partial`
}

/** Which bundle a folder's name says is being written there, and by whom. */
export function partialOf(fileName: string): { readonly name: string; readonly writer: WriterId } | undefined {
  const [, name = '', pid, started, place = ''] =
    /^\.(.+)\.(\d{1,10})-(\d{1,15})-([0-9a-f]{12})\.partial$/.exec(fileName) ?? []
  return bundleNamePattern.test(name)
    ? { name, writer: { pid: Number(pid), started: Number(started), place } }
    : undefined
}

export function partialAt(parent: string, fileName: string, name: string): PartialBundle {
  const path = join(parent, fileName)
  return { path, folder: join(path, name), archive: join(path, archiveName(name)) }
}

/** Makes the hidden folder. Refuses (EEXIST) whatever stands there, a link too. */
export async function newPartial(parent: string, name: string): Promise<PartialBundle> {
  const partial = partialAt(parent, partialName(name, ownId()), name)
  await newFolder(partial.path)
  return partial
}
