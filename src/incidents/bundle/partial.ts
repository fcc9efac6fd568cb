import { join } from 'node:path'
import { bundleNamePattern } from './manifest.js'
import { constants, readFileSync, readlinkSync } from 'node:fs'
import { chmod, mkdir, open, rmdir, link, rename, unlink } from 'node:fs/promises'
import { flushFolder } from '../../base/files/state-folder.js'
import { codeOf } from '../../base/errors.js'
import { isAlive } from '../../base/process-alive.js'
import { hasExited, readProcessStat } from '../../host/process-stat.js'
import { createHash } from 'node:crypto'
import { hostname } from 'node:os'

/**
 * A bundle that is being written: a hidden folder beside its place, on the same file system. It says in its own name
 * who writes it, so that there is no moment at which it exists and does not say so.
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

/** Makes the hidden folder. Refuses (EEXIST) whatever is there, a link too. */
export async function newPartial(parent: string, name: string): Promise<PartialBundle> {
  const partial = partialAt(parent, partialName(name, ownId()), name)
  await newFolder(partial.path)
  return partial
}

/**
 * Makes a new folder that only its owner can use, whatever the umask. Refuses (EEXIST) whatever is there, a link too.
 */
export async function newFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 })
  try {
    await chmod(path, 0o700)
  } catch (thrown) {
    await rmdir(path)
    throw thrown
  }
}

/**
 * Writes a new file that only its owner can read, and flushes it to disk. Refuses (EEXIST) whatever is there, a link
 * too.
 */
export async function newFile(path: string, content: Buffer): Promise<void> {
  const handle = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  )
  try {
    await handle.chmod(0o600)
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Moves a finished bundle into place, the folder first and the archive last: an archive that is there is complete, and
 * so is its folder.
 *
 * @throws the system's error, with nothing in place
 */
export async function publishBundle(
  parent: string,
  name: string,
  partial: PartialBundle,
): Promise<{ readonly folder: string; readonly archive: string }> {
  const folder = join(parent, name)
  const archive = join(parent, archiveName(name))
  const undo: (() => Promise<void>)[] = []
  try {
    await rename(partial.folder, folder)
    undo.unshift(() => rename(folder, partial.folder))
    await flushFolder(parent)
    await putArchive(partial.archive, archive)
    undo.unshift(() => unlink(archive))
    await flushFolder(parent)
  } catch (thrown) {
    for (const step of undo) await step()
    throw thrown
  }
  return { folder, archive }
}

/** File systems without hard links say one of these. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/**
 * Gives a finished archive its name: by a link, since a renaming would replace whatever came to be there. The first
 * name goes with its folder.
 */
export async function putArchive(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (thrown) {
    if (!withoutLinks.has(codeOf(thrown))) throw thrown
    await rename(from, to)
  }
}

/** A process, distinct from every other that had or will have its number. */
export interface WriterId {
  readonly pid: number
  /** When it started, in clock ticks since the machine did (proc(5)); 0 where the system does not say. */
  readonly started: number
  /**
   * Of the machine, its start, and the process numbers' namespace: only where all three are ours can a number be looked
   * up. 12 hexadecimal digits.
   */
  readonly place: string
}

export function ownId(): WriterId {
  return { pid: process.pid, started: startOf(process.pid) ?? 0, place: ownPlace() }
}

/**
 * Whether a process has ended: unknown (`undefined`) of one on another machine or in another container.
 */
export function hasEnded(writer: WriterId): boolean | undefined {
  if (writer.place !== ownPlace()) return undefined
  if (writer.started !== 0) return startOf(writer.pid) !== writer.started
  return !isAlive(writer.pid)
}

function ownPlace(): string {
  const parts = [hostname(), textOf('/proc/sys/kernel/random/boot_id'), linkOf('/proc/self/ns/pid')]
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12)
}

/** Nothing for a process that is not there or only waits to be collected. */
function startOf(pid: number): number | undefined {
  const stat = readProcessStat(textOf(`/proc/${pid}/stat`))
  return stat === undefined || hasExited(stat) ? undefined : Number(stat.started)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
