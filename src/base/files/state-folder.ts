import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { codeOf, messageOf, UsageError } from '../errors.js'
import { suggestionHint } from '../text/suggestion.js'
import { surrounding } from '../own-environment.js'

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
