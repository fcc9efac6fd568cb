import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { UsageError } from '../errors.js'

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
