import { constants, closeSync, openSync, unlinkSync } from 'node:fs'
import { lstat, open, rename, truncate, unlink, readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { codeOf, messageOf, OutputError, UsageError } from '../errors.js'
import { temporaryName } from './temporary-name.js'
import { keptMode } from './withdrawn-modes.js'

/**
 * Puts a text in place at once and flushed to disk: a reader finds all of it or all of the old content. A new file can
 * be read by its owner only; one that exists, or was taken away at the start, keeps its permissions unless others are
 * asked for.
 *
 * @param options.what how messages call it
 * @param options.mode the permissions it is to have, whatever the old file had
 * @throws OutputError when the path is a folder, a link or a device, or cannot be written; the old content then stays
 */
export async function replaceFile(
  named: string,
  text: string,
  options: { readonly what: string; readonly mode?: number | undefined },
): Promise<void> {
  const path = resolve(named)
  const { what } = options
  try {
    const kept = await permissions(path, what)
    const mode = options.mode ?? kept
    await moveInPlace(await writeBeside(path, text, mode), path)
    await flushFolder(dirname(path))
  } catch (thrown) {
    if (thrown instanceof OutputError) throw thrown
    const isWithoutFolder = codeOf(thrown) === 'ENOENT'
    // The system names the file beside it that was to become this one.
    const reason = isWithoutFolder
      ? `the folder ${dirname(path)} does not exist`
      : messageOf(thrown).replace(/, [a-z]+ '.*$/s, '')
    throw new OutputError(`the ${what} could not be written to ${path}: ${reason}`, {
      cause: thrown,
      hint: isWithoutFolder ? 'create the folder, or name another file' : undefined,
    })
  }
}

/**
 * As `replaceFile`, for the first text of a run: when it cannot be written, what an earlier run left does not stay
 * either, since it could be taken for this run's. Removing it works on a full disk; emptying it, in a folder that
 * cannot be written to.
 *
 * @throws OutputError as `replaceFile` does
 */
export async function replaceEarlierFile(
  named: string,
  text: string,
  options: { readonly what: string; readonly mode?: number | undefined },
): Promise<void> {
  try {
    await replaceFile(named, text, options)
  } catch (thrown) {
    const path = resolve(named)
    const isPlain = await lstat(path).then(
      (status) => status.isFile(),
      () => false,
    )
    // On a file system that is read-only neither works; that nothing could be written is reported anyway.
    if (isPlain)
      await unlink(path)
        .catch(() => truncate(path))
        .catch(() => undefined)
    throw thrown
  }
}

/**
 * Writes the text to a new file in the folder of `path` and flushes it to disk. Returns its path; leaves nothing when
 * it fails.
 */
async function writeBeside(path: string, text: string, mode: number): Promise<string> {
  const temporary = join(dirname(path), temporaryName(basename(path)))
  createUnfinished(temporary)
  try {
    const handle = await open(temporary, constants.O_WRONLY | constants.O_NOFOLLOW)
    try {
      await handle.writeFile(text, 'utf8')
      await handle.chmod(mode)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (thrown) {
    removeUnfinished(temporary)
    throw thrown
  }
  return temporary
}

async function moveInPlace(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path)
    settleUnfinished(temporary)
  } catch (thrown) {
    removeUnfinished(temporary)
    throw thrown
  }
}

/**
 * The permissions the file is to have. Refuses whatever is there and is not a plain file: a link could point anywhere.
 */
async function permissions(path: string, noun: string): Promise<number> {
  const status = await lstat(path).catch((thrown: unknown) => {
    if (codeOf(thrown) === 'ENOENT') return undefined
    throw thrown
  })
  if (status === undefined) return keptMode(path) ?? 0o600
  if (status.isFile()) return status.mode & 0o777
  const what = status.isDirectory() ? 'a folder' : status.isSymbolicLink() ? 'a symbolic link' : 'not a regular file'
  throw new OutputError(`the ${noun} cannot be written to ${path}: it is ${what}`)
}

/** Without this a power cut can bring the old name back. Some file systems refuse it, which loses nothing but that. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync().catch((thrown: unknown) => {
      if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes(codeOf(thrown))) throw thrown
    })
  } finally {
    await handle.close()
  }
}

/** Temporary files that are being written. */
const unfinished = new Set<string>()

/**
 * Makes a new, empty file that only its owner can read, and removes it when the process ends before it is settled: a
 * second signal ends it in the middle of writing. At once, and not in the background: a file that is made while the
 * process ends would stay.
 *
 * @throws the system's error
 */
export function createUnfinished(path: string): void {
  if (!process.listeners('exit').includes(removeAll)) process.once('exit', removeAll)
  closeSync(openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600))
  unfinished.add(path)
}

/** What cannot be removed must not change the exit code. */
function removeAll(): void {
  for (const path of unfinished) {
    try {
      removeUnfinished(path)
    } catch {
      // The next start removes it.
    }
  }
}

/** It has got its own name. */
export function settleUnfinished(path: string): void {
  unfinished.delete(path)
}

/** @throws the system's error, except when it is gone already */
export function removeUnfinished(path: string): void {
  unfinished.delete(path)
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

/**
 * Refuses to write over what is read: by its path, through links, under another name of the same file, or within a
 * folder of which every file may be read.
 *
 * @param others files and folders, be they there or not
 * @throws UsageError
 */
export async function refuseOverwriting(file: string, others: readonly string[], hint: string): Promise<void> {
  const own = await identityOf(file)
  for (const other of others) {
    const identity = await identityOf(other)
    if (areSame(identity, own))
      throw new UsageError(
        `refusing to overwrite ${file}: this command reads or writes it already${resolve(other) === resolve(file) ? '' : `, as ${other}`}`,
        { hint },
      )
    if (await holds(identity, own))
      throw new UsageError(`refusing to write ${file}: this command reads the files in ${other}`, { hint })
  }
}

/** Whether two paths are of one file. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  return areSame(await identityOf(one), await identityOf(other))
}

interface Identity {
  /** Where it is or would be, whatever links its folder is named by; and where a link that has this name leads. */
  readonly paths: readonly string[]
  /** Device and number of what is there; a second name of one file has the same. */
  readonly node: string | undefined
  readonly names: number
  readonly isFolder: boolean
}

async function identityOf(file: string): Promise<Identity> {
  const path = resolve(file)
  const folder = await realpath(dirname(path)).catch(() => dirname(path))
  const there = join(folder, basename(path))
  const status = await stat(path, { bigint: true }).catch(() => undefined)
  return {
    paths: [there, await realpath(path).catch(() => there)],
    node: status === undefined ? undefined : `${status.dev}:${status.ino}`,
    names: Number(status?.nlink ?? 0),
    isFolder: status?.isDirectory() ?? false,
  }
}

function areSame(one: Identity, other: Identity): boolean {
  return one.paths.some((path) => other.paths.includes(path)) || (one.node !== undefined && one.node === other.node)
}

/** Whether a file is or would be in a folder, under this name or another. */
async function holds({ isFolder, paths }: Identity, own: Identity): Promise<boolean> {
  if (!isFolder) return false
  const folder = paths.at(-1)!
  if (own.paths.some((path) => path.startsWith(`${folder}${sep}`))) return true
  if (own.names < 2 || own.isFolder) return false
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries)
    if (entry.isFile() && (await identityOf(join(entry.parentPath, entry.name))).node === own.node) return true
  return false
}
