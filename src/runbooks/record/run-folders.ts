import { join } from 'node:path'
import { flushFolder, privateFolder } from '../../base/files/flushed-folder.js'
import { runIdSource } from './run-id.js'
import { findId, namesKept } from '../../base/files/state-folder.js'

const runIdPattern = new RegExp(`^${runIdSource}$`)

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
  return (await namesKept(runsFolder(state))).filter((name) => runIdPattern.test(name)).sort()
}

/**
 * The id of a run that was named by its id, by an end or a beginning of it that only one run has, or as `last`.
 *
 * @throws UsageError when there is none, or several
 */
export async function findRun(state: string, named: string): Promise<string> {
  return findId(await listRuns(state), named, {
    noun: 'run',
    folder: runsFolder(state),
    listedBy: 'preflight runbook history',
  })
}

/** `20261121T042400Z-deploy-production-3f9a1c`: sorts by time, says what it is, and is unique. */
export function newRunId(runbook: string, at: Date, random: string): string {
  const time = at.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')
  return `${time}-${runbook.split('/').at(-1)!}-${random}`
}
