import { join, resolve } from 'node:path'
import { codeOf } from '../../../base/errors.js'
import { readRegularFile } from '../../../base/files/regular-file.js'
import { surrounding } from '../../../base/own-environment.js'
import { longestTimer } from '../../../base/time/deadline.js'
import { runOneShot } from '../../../processes/one-shot.js'

/** Bounds of a search: one file, all files together (bytes), their number, and the findings that are listed. */
const bounds = {
  file: 16 * 1024 * 1024,
  total: 1024 * 1024 * 1024,
  files: 200_000,
  list: 64 * 1024 * 1024,
  findings: 20,
} as const

export interface RepositorySearch {
  /** Paths within the repository, the first 20. */
  readonly found: readonly string[]
  readonly searched: number
  /** Whether every tracked file was searched; a bound or an unreadable file leaves some out. */
  readonly complete: boolean
}

/**
 * Looks for byte strings in the tracked files of a git checkout, as they are in its folder. The files are read in this
 * process: what is searched for never is on a command line. Links are not followed.
 *
 * @throws Error when the folder is not a git checkout or git is not there
 */
export async function searchRepository(
  folder: string,
  forms: readonly Buffer[],
  signal: AbortSignal,
): Promise<RepositorySearch> {
  const root = resolve(folder)
  const files = await trackedFiles(root, signal)
  const found: string[] = []
  let [searched, bytes] = [0, 0]
  let complete = files.length <= bounds.files
  for (const file of files.slice(0, bounds.files)) {
    signal.throwIfAborted()
    const content = await readTracked(join(root, file), Math.min(bounds.file, bounds.total - bytes))
    // A name that is not UTF-8 leads nowhere, so its file was not searched.
    if (content === 'left-out' || (content === 'nothing' && file.includes('\uFFFD'))) complete = false
    if (typeof content === 'string') continue
    searched += 1
    bytes += content.length
    if (forms.some((form) => content.includes(form))) found.push(file)
  }
  return { found: found.slice(0, bounds.findings), searched, complete }
}

/**
 * The content; `nothing` for what is not a file (deleted, a link, a submodule), `left-out` for what is too large or may
 * not be read.
 */
async function readTracked(path: string, most: number): Promise<Buffer | 'nothing' | 'left-out'> {
  return readRegularFile(path, { links: 'refuse', most }).catch((error: unknown) =>
    ['ENOENT', 'ENOTDIR', 'ELOOP', 'not-regular'].includes(codeOf(error)) ? 'nothing' : 'left-out',
  )
}

async function trackedFiles(root: string, signal: AbortSignal): Promise<readonly string[]> {
  const end = await runOneShot(
    {
      argv: ['git', ...unconfigured, '-C', root, 'ls-files', '-z', '--cached'],
      cwd: '/',
      environment: hermetic(),
      limit: longestTimer,
      mostOutput: bounds.list,
    },
    signal,
  ).catch((error: unknown) => {
    throw codeOf(error) === 'ENOENT' ? new Error('git is not on PATH, so the repository cannot be searched') : error
  })
  if (end.wroteTooMuch) throw new Error(`${root} tracks more files than can be listed`)
  if (end.exitCode !== 0) throw new Error(`${root} is not a git checkout that can be listed`)
  return [
    ...new Set(
      end.stdout
        .toString('utf8')
        .split('\0')
        .filter((name) => name !== ''),
    ),
  ]
}

/** A checkout's own configuration must not run programs of its choice; with that off its owner need not be ours. */
const unconfigured = ['-c', 'core.fsmonitor=false', '-c', 'safe.directory=*'] as const

function hermetic(): Record<string, string> {
  return {
    PATH: surrounding('PATH') ?? '/usr/bin:/bin',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  }
}
