import type { Stats } from 'node:fs'
import { lstat, opendir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { flushFolder, makeFolder } from '../../base/files/state-folder.js'
import { codeOf, messageOf, OutputError } from '../../base/errors.js'
import {
  archiveName,
  partialAt,
  partialOf,
  type PartialBundle,
  putArchive,
  hasEnded,
  type WriterId,
} from './partial.js'

/** What a writer that was killed had left, and what became of it. */
export interface BundleLeftover {
  readonly path: string
  /** `finished`: it had ended between its two last steps, and the last one was done for it. */
  readonly became: 'removed' | 'finished' | 'kept'
  /** Why it was kept. */
  readonly because: string
}

/** Milliseconds after which a writer of unknown state is taken for ended. A bundle is written in seconds. */
const longestWriting = 24 * 60 * 60 * 1000

/**
 * Clears a folder of what killed writers left: hidden folders that say so in their name, are ours, and whose process
 * has ended. One that cannot be cleared is not a reason not to write another; it is named.
 */
export async function clearLeftovers(parent: string): Promise<readonly BundleLeftover[]> {
  const leftovers: BundleLeftover[] = []
  for await (const { name: fileName } of await opendir(parent)) {
    const found = partialOf(fileName)
    if (found === undefined || !(await isAbandoned(join(parent, fileName), found.writer))) continue
    leftovers.push(await cleared(parent, partialAt(parent, fileName, found.name), found.name))
  }
  return leftovers
}

async function isAbandoned(path: string, writer: WriterId): Promise<boolean> {
  const status = await statusOf(path)
  if (
    status === undefined ||
    !status.isDirectory() ||
    (process.getuid !== undefined && status.uid !== process.getuid())
  )
    return false
  return hasEnded(writer) ?? Date.now() - status.mtimeMs > longestWriting
}

async function cleared(parent: string, partial: PartialBundle, name: string): Promise<BundleLeftover> {
  try {
    const wasFinished = await finish(parent, partial, name)
    await rm(partial.path, { recursive: true, force: true })
    return { path: partial.path, became: wasFinished ? 'finished' : 'removed', because: '' }
  } catch (thrown) {
    return { path: partial.path, became: 'kept', because: messageOf(thrown) }
  }
}

/**
 * A folder is moved into place only when it and its archive are complete and searched: if it went and the archive
 * stayed, only that step is missing.
 */
async function finish(parent: string, partial: PartialBundle, name: string): Promise<boolean> {
  const archive = join(parent, archiveName(name))
  const isLastStep =
    (await isA('file', partial.archive)) &&
    !(await isThere(partial.folder)) &&
    (await isA('folder', join(parent, name))) &&
    !(await isThere(archive))
  if (!isLastStep) return false
  await putArchive(partial.archive, archive)
  await flushFolder(parent)
  return true
}

async function isThere(path: string): Promise<boolean> {
  return (await statusOf(path)) !== undefined
}

async function isA(kind: 'file' | 'folder', path: string): Promise<boolean> {
  const status = await statusOf(path)
  return kind === 'file' ? status?.isFile() === true : status?.isDirectory() === true
}

async function statusOf(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((thrown: unknown) => {
    if (codeOf(thrown) === 'ENOENT') return undefined
    throw thrown
  })
}

/**
 * Makes sure that bundles can be written to a folder; makes one that is not there.
 *
 * @returns its absolute path
 * @throws OutputError when it is a link or no folder, or when every user of the machine could exchange what is in it
 */
export async function parentFolder(path: string): Promise<string> {
  const parent = resolve(path)
  const status = (await folderStatusOf(parent)) ?? (await made(parent))
  if (status.isSymbolicLink())
    throw new OutputError(`the bundle cannot be written to ${path}: it is a symbolic link`, {
      hint: 'name the folder that it points to',
    })
  if (!status.isDirectory())
    throw new OutputError(`the bundle cannot be written to ${path}: it is not a folder`, {
      hint: 'name another with --output',
    })
  const isOpenToAll = (status.mode & 0o002) !== 0 && (status.mode & 0o1000) === 0
  if (isOpenToAll)
    throw new OutputError(
      `the bundle cannot be written to ${path}: every user of this machine can rename and remove files in it`,
      { hint: 'name a folder that belongs to you, or remove that permission' },
    )
  return parent
}

/** @throws OutputError when anything, a link too, is where the bundle would */
export async function refuseExistingBundle(parent: string, name: string): Promise<void> {
  for (const path of [join(parent, name), join(parent, archiveName(name))]) {
    const status = await folderStatusOf(path)
    if (status !== undefined)
      throw new OutputError(`the bundle cannot be written to ${path}: ${kindOf(status)} already exists there`, {
        hint: 'choose another name; existing files are never replaced',
      })
  }
}

async function made(parent: string): Promise<Stats> {
  try {
    await makeFolder(parent, { mode: 0o700 })
    return await lstat(parent)
  } catch (thrown) {
    throw new OutputError(`the folder ${parent} cannot be created: ${messageOf(thrown)}`, {
      cause: thrown,
      hint: 'name another with --output',
    })
  }
}

async function folderStatusOf(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((thrown: unknown) => {
    if (codeOf(thrown) === 'ENOENT') return undefined
    throw new OutputError(`the bundle cannot be written to ${path}: ${messageOf(thrown)}`, {
      cause: thrown,
      hint: 'name another with --output',
    })
  })
}

function kindOf(status: Stats): string {
  if (status.isSymbolicLink()) return 'a symbolic link'
  if (status.isDirectory()) return 'a folder'
  return status.isFile() ? 'a file' : 'a special file'
}
