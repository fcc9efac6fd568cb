import { readdir, mkdir, stat, lstat, open, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { isAbsolute, join, resolve, dirname } from 'node:path'
import { codeOf, messageOf, UsageError, OutputError } from '../errors.js'
import { suggestionHint } from '../text/wording.js'
import { surrounding } from '../own-environment.js'
import { constants } from 'node:fs'

/**
 * Where this user's runs and results are kept: the folder named, else below `$XDG_STATE_HOME`, else `~/.local/state`
 * (XDG Base Directory Specification).
 */
export function stateFolder(named: string | undefined): string {
  if (named !== undefined) return resolve(named)
  const base = surrounding('XDG_STATE_HOME')
  // The specification has relative paths there ignored.
  return join(
    base !== undefined && isAbsolute(base) ? base : join(surrounding('HOME') ?? homedir(), '.local', 'state'),
    'preflight',
  )
}

/** Names in a folder of what is kept; none when it does not exist yet. @throws UsageError when it cannot be read */
export async function namesKept(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw new UsageError(`the folder ${folder} cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'name another with --state, or set HOME',
    })
  }
}

/** What is kept, as messages call it. */
interface KeptWords {
  /** `run`, `result`: an s makes it several. */
  readonly noun: string
  readonly folder: string
  /** The command that lists them. */
  readonly listedBy: string
}

/**
 * The id that was named by itself, by an end or a beginning of it that only one has, or as `last`.
 *
 * @param ids the oldest first
 * @throws UsageError when there is none, or several
 */
export function findId(ids: readonly string[], named: string, { noun, folder, listedBy }: KeptWords): string {
  if (ids.length === 0)
    throw new UsageError(`no ${noun}s in ${folder}`, {
      hint: `${noun}s are kept for each user; --state names another folder`,
    })
  if (named === 'last') return ids.at(-1)!
  if (ids.includes(named)) return named
  const matches = ids.filter((id) => named !== '' && (id.startsWith(named) || id.endsWith(named)))
  if (matches.length === 1) return matches[0]!
  if (matches.length > 1) throw new UsageError(`${named} matches ${matches.length} ${noun}s: ${matches.join(', ')}`)
  throw new UsageError(`unknown ${noun} ${named}`, {
    hint: suggestionHint(named, ids) ?? `\`${listedBy}\` lists them`,
  })
}

/**
 * Makes a folder and those above it that do not exist. Node's own recursive `mkdir` never ends where a parent is there
 * and says that nothing can exist in it, as `/proc` does: it takes ENOENT for a parent that is missing, for ever.
 *
 * @throws the system's error of the first folder that cannot be made
 */
export async function makeFolder(path: string, options: { readonly mode?: number } = {}): Promise<void> {
  const missing: string[] = []
  for (let folder = resolve(path); !(await isFolder(folder)); folder = dirname(folder)) missing.unshift(folder)
  for (const folder of missing) {
    await mkdir(folder, options).catch(async (error: unknown) => {
      // Another process may have made it meanwhile.
      if (codeOf(error) !== 'EEXIST' || !(await isFolder(folder))) throw error
    })
  }
}

/** @throws the system's error, except when there is nothing at the path */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory() || path === dirname(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/**
 * Makes sure that a folder is there, is a folder, is ours and is not readable for others.
 *
 * @throws OutputError when it is not and cannot be made so
 */
export async function privateFolder(path: string): Promise<string> {
  try {
    await makeFolder(path, { mode: 0o700 })
    const status = await lstat(path)
    if (!status.isDirectory()) throw new Error('it is not a folder')
    if (process.getuid !== undefined && status.uid !== process.getuid()) throw new Error('it belongs to another user')
    if ((status.mode & 0o022) !== 0) throw new Error('other users can write to it')
    return path
  } catch (error) {
    throw new OutputError(`the folder ${path} cannot be used: ${messageOf(error)}`, {
      cause: error,
      hint: 'name another with --state',
    })
  }
}

/**
 * Writes a folder's names to disk. Some file systems refuse it, which loses nothing but the certainty after a power
 * cut.
 */
export async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY)
  try {
    await handle.sync().catch((error: unknown) => {
      if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes(codeOf(error))) throw error
    })
  } finally {
    await handle.close()
  }
}

/** Bytes that must fit into a new folder. */
const leastRoom = 64 * 1024

/**
 * Makes a folder for temporary files that only its owner can use; the caller removes it.
 *
 * @param purpose a word of its name: `preflight-<purpose>-…`
 * @throws UsageError when none can be made, which is for the user to change
 */
export async function newTemporaryFolder(purpose: string): Promise<string> {
  let folder: string | undefined
  try {
    folder = await mkdtemp(join(tmpdir(), `preflight-${purpose}-`))
    // On a full disk a folder can be made, and nothing in it.
    await writeFile(join(folder, 'try'), Buffer.alloc(leastRoom))
    await rm(join(folder, 'try'))
    return folder
  } catch (error) {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    throw new UsageError(`cannot make a folder for temporary files in ${tmpdir()}: ${messageOf(error)}`, {
      cause: error,
      hint: 'set TMPDIR to a folder that exists, can be written to and has room',
    })
  }
}

/**
 * For what makes its temporary folders much later, or where their absence would look like another fault. @throws
 * UsageError
 */
export async function refuseWithoutTemporaryFolder(): Promise<void> {
  await rmdir(await newTemporaryFolder('try'))
}

/**
 * Whether anything is at a path. A link that leads nowhere does, and so does what cannot be looked at: a file that
 * decides something must not count as absent because it cannot be read.
 */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes(codeOf(error))
  }
}
