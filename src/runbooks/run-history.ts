import { messageOf, PreflightError } from '../base/errors.js'
import { stateFolder } from '../base/files/state-folder.js'
import { listRuns } from './record/run-folders.js'
import { openStoredRun } from './record/stored-run.js'

/** A run in a list of runs. */
export interface HistoryEntry {
  readonly run: string
  readonly runbook: string
  readonly state: string
  readonly startedAt: string
  readonly operator: string
  readonly target: string
  /** Why its journal cannot be read, or empty. */
  readonly problem: string
}

/** Every run of this user, the latest first; one whose journal is damaged is listed as that. */
export async function runHistory(options: {
  readonly state: string | undefined
  readonly limit: number
}): Promise<readonly HistoryEntry[]> {
  const state = stateFolder(options.state)
  const runs = [...(await listRuns(state))].reverse().slice(0, options.limit)
  return Promise.all(runs.map((run) => entryOf(state, run)))
}

async function entryOf(state: string, run: string): Promise<HistoryEntry> {
  try {
    const { record } = await openStoredRun(state, run)
    const { runbook, operator, target } = record.started
    return {
      run,
      runbook,
      state: record.state,
      startedAt: record.startedAt,
      operator: operator.user,
      target,
      problem: '',
    }
  } catch (error) {
    if (!(error instanceof PreflightError)) throw error
    return { run, runbook: '', state: 'damaged', startedAt: '', operator: '', target: '', problem: messageOf(error) }
  }
}
