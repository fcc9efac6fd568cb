import { join } from 'node:path'
import { codeOf, PreflightError } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'
import { readJournal, type ReadJournal } from './read-journal.js'
import { RunFold, type RunRecord } from './run-record.js'
import { JournalOrderError } from './step-record.js'
import { findRun, runsFolder } from './run-folders.js'

/** A run as its folder holds it. */
export interface StoredRun {
  readonly id: string
  readonly folder: string
  readonly journal: ReadJournal
  readonly fold: RunFold
  readonly record: RunRecord
}

/** The journal of a run cannot be trusted: nothing may be done on its word. Exit 27. */
export class JournalDamagedError extends PreflightError {
  override readonly name = 'JournalDamagedError'
  constructor(run: string, problems: readonly string[]) {
    super(
      'journal-damaged',
      exitCodes.journalDamaged,
      `the journal of ${run} cannot be trusted: ${problems.join('; ')}`,
      {
        hint: 'nothing was done; find out by hand how far the run came, and start a new one',
      },
    )
  }
}

/**
 * Reads a run.
 *
 * @throws UsageError when there is no such run; JournalDamagedError when its journal is not whole
 */
export async function openStoredRun(state: string, named: string): Promise<StoredRun> {
  const { id, folder, journal } = await readStoredJournal(state, named)
  if (journal.problems.length > 0) throw new JournalDamagedError(id, journal.problems)
  try {
    const [first, ...rest] = journal.entries
    if (first === undefined) throw new JournalOrderError('it is empty: the run ended before it began')
    const fold = new RunFold(first)
    for (const entry of rest) fold.apply(entry)
    if (fold.record.started.run !== id) throw new JournalOrderError(`it is the journal of ${fold.record.started.run}`)
    return { id, folder, journal, fold, record: fold.record }
  } catch (error) {
    if (error instanceof JournalOrderError) throw new JournalDamagedError(id, [error.message])
    throw error
  }
}

/** The journal of a run, whole or not. @throws UsageError when there is no such run */
export async function readStoredJournal(
  state: string,
  named: string,
): Promise<{ readonly id: string; readonly folder: string; readonly journal: ReadJournal }> {
  const id = await findRun(state, named)
  const folder = join(runsFolder(state), id)
  try {
    return { id, folder, journal: await readJournal(folder) }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new JournalDamagedError(id, ['there is no journal in its folder'])
    throw error
  }
}
