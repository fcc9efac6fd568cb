import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { codeOf, UsageError } from '../../kernel/errors.js'
import { suggestionHint } from '../../kernel/suggestion.js'
import { surrounding } from '../../kernel/surroundings.js'
import { flushFolder, privateFolder } from '../../journal/folders.js'

const runIdPattern = /^\d{8}T\d{6}Z-[a-z0-9-]+-[0-9a-f]{6}$/

/** Where runs are kept: the folder named, else below `$XDG_STATE_HOME`, else `~/.local/state` (XDG Base Directory Specification). */
export function stateFolder(named: string | undefined): string {
  if (named !== undefined) return resolve(named)
  const base = surrounding('XDG_STATE_HOME')
  // The specification has relative paths there ignored.
  return join(base !== undefined && isAbsolute(base) ? base : join(surrounding('HOME') ?? homedir(), '.local', 'state'), 'preflight')
}

export function runsFolder(state: string): string {
  return join(state, 'runs')
}

/** The new, private folder of a run, with one for its evidence. @throws OutputError */
export async function createRunFolder(state: string, run: string): Promise<string> {
  await privateFolder(state)
  const runs = await privateFolder(runsFolder(state))
  const folder = await privateFolder(join(runs, run))
  await privateFolder(join(folder, 'evidence'))
  await flushFolder(runs)
  return folder
}

/** Ids of all runs, the oldest first. */
export async function listRuns(state: string): Promise<readonly string[]> {
  try {
    return (await readdir(runsFolder(state))).filter((name) => runIdPattern.test(name)).sort()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/**
 * The id of a run that was named by its id, by an end or a beginning of it that only one run has, or as `last`.
 *
 * @throws UsageError when there is none, or several
 */
export async function findRun(state: string, named: string): Promise<string> {
  const runs = await listRuns(state)
  if (runs.length === 0) throw new UsageError(`there are no runs in ${runsFolder(state)}`, { hint: 'runs are kept for each user; --state names another folder' })
  if (named === 'last') return runs.at(-1)!
  if (runs.includes(named)) return named
  const matches = runs.filter((run) => named !== '' && (run.startsWith(named) || run.endsWith(named)))
  if (matches.length === 1) return matches[0]!
  if (matches.length > 1) throw new UsageError(`${named} may mean ${matches.length} runs: ${matches.join(', ')}`)
  throw new UsageError(`there is no run ${named}`, { hint: suggestionHint(named, runs) ?? '`preflight runbook history` lists them' })
}

/** `20261121T042400Z-deploy-production-3f9a1c`: sorts by time, says what it is, and is unique. */
export function newRunId(runbook: string, at: Date, random: string): string {
  const time = at.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')
  return `${time}-${runbook.split('/').at(-1)!}-${random}`
}
