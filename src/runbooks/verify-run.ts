import { messageOf, PreflightError } from '../base/errors.js'
import { runRecordOf, type RunRecord } from './record/run-record.js'
import { JournalOrderError } from './record/step-record.js'
import { stateFolder } from '../base/files/state-folder.js'
import { anchorOf, anchorProblems, readStoredJournal, listRuns, openStoredRun } from './record/stored-run.js'

/** What can be said of a run's journal. */
export interface JournalVerdict {
  readonly run: string
  readonly isTrusted: boolean
  /** Why it cannot be trusted. */
  readonly problems: readonly string[]
  /** What is worth knowing and stops nothing. */
  readonly remarks: readonly string[]
  /** The run's end is on record. */
  readonly isComplete: boolean
  /**
   * `<number of entries>:<hash of the last>`: kept elsewhere, it proves later that nothing was removed or changed
   * since.
   */
  readonly anchor: string
  readonly entries: number
  readonly state: RunRecord['state'] | undefined
}

/**
 * Verifies chain, order and completeness of a journal.
 *
 * @param head an anchor that was kept elsewhere: the journal must contain that very entry
 */
export async function verifyRun(options: {
  readonly state: string | undefined
  readonly run: string
  readonly head: string | undefined
}): Promise<JournalVerdict> {
  const { id, journal } = await readStoredJournal(stateFolder(options.state), options.run)
  const problems = [...journal.problems]
  const remarks: string[] = []
  let record: RunRecord | undefined
  try {
    record = runRecordOf(journal.entries)
  } catch (error) {
    if (!(error instanceof JournalOrderError)) throw error
    problems.push(messageOf(error))
  }
  if (record !== undefined && record.started.run !== id) problems.push(`it is the journal of ${record.started.run}`)
  if (options.head !== undefined) problems.push(...anchorProblems(options.head, journal.hashes))
  const isComplete = record !== undefined && record.state !== 'running'
  if (record !== undefined && !isComplete) remarks.push('it has no end: the run is still running, or was killed')
  for (const seq of record?.clockWentBack ?? [])
    remarks.push(`the clock went back before entry ${seq}; the order is that of the numbers`)
  if (journal.tornBytes > 0)
    remarks.push(`${journal.tornBytes} bytes at its end were never acknowledged and are ignored`)
  return {
    run: id,
    isTrusted: problems.length === 0,
    problems,
    remarks,
    isComplete,
    anchor: anchorOf(journal),
    entries: journal.entries.length,
    state: record?.state,
  }
}

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
