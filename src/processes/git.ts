import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { surrounding } from '../base/own-environment.js'
import { runOneShot } from './one-shot.js'

export interface GitState {
  readonly commit: string
  readonly dirty: boolean
}

/**
 * The commit that is checked out in a folder, and whether anything tracked differs from it; null outside a checkout or
 * without git.
 */
export async function gitState(folder: string): Promise<GitState | null> {
  const git = await gitIn(folder)
  const commit = await git('rev-parse', 'HEAD')
  if (commit === undefined) return null
  // Without an answer it is not known to be clean, so it counts as dirty.
  return { commit, dirty: (await git('status', '--porcelain', '--untracked-files=no')) !== '' }
}

/** A checkout with its branch, and what in it differs from the commit. */
export interface RepositoryState extends GitState {
  /** `null` when no branch is checked out. */
  readonly branch: string | null
  /** The first of what differs, each with git's two letters. */
  readonly changed: { readonly state: string; readonly file: string }[]
  /** How many more differ than are listed. */
  readonly omitted: number
}

/** How many changed files are named. */
const mostFiles = 100

/** The same with the branch and the names of what differs, files that git does not know among them. */
export async function repositoryState(folder: string): Promise<RepositoryState | null> {
  const git = await gitIn(folder)
  const [commit, branch, status] = await Promise.all([
    git('rev-parse', 'HEAD'),
    git('symbolic-ref', '--short', '--quiet', 'HEAD'),
    git('status', '--porcelain', '-z', '--no-renames'),
  ])
  if (commit === undefined) return null
  const changed = (status ?? '')
    .split('\0')
    .flatMap((entry) => (entry.length < 4 ? [] : [{ state: entry.slice(0, 2), file: entry.slice(3) }]))
  return {
    commit,
    branch: branch ?? null,
    dirty: status === undefined || changed.some(({ state }) => state !== '??'),
    changed: changed.slice(0, mostFiles),
    omitted: Math.max(0, changed.length - mostFiles),
  }
}

/**
 * Whether git could find a repository from a folder upwards: a checkout's `.git`, a file in a worktree, or a bare one.
 * Asking git itself takes a hundred times as long.
 */
function isBelowRepository(folder: string): boolean {
  if (existsSync(join(folder, '.git')) || (existsSync(join(folder, 'HEAD')) && existsSync(join(folder, 'objects'))))
    return true
  const above = dirname(folder)
  return above !== folder && isBelowRepository(above)
}

/** Runs git in a folder; what it prints, without the last line's end, or `undefined` when it fails. */
async function gitIn(folder: string): Promise<(...args: string[]) => Promise<string | undefined>> {
  if (!isBelowRepository(resolve(folder))) return () => Promise.resolve(undefined)
  return async (...args) => {
    const ended = await runOneShot({
      // With this setting a checkout names a program that `status` would run.
      argv: ['git', '-c', 'core.fsmonitor=false', '-C', folder, ...args],
      environment: { PATH: surrounding('PATH'), HOME: surrounding('HOME'), LANG: 'C', GIT_OPTIONAL_LOCKS: '0' },
      limit: 5000,
    }).catch(() => undefined)
    return ended?.exitCode === 0 ? ended.stdout.toString('utf8').replace(/\r?\n$/, '') : undefined
  }
}
