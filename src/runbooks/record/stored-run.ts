import { join } from 'node:path'
import { codeOf, PreflightError, UsageError, exitCodes } from '../../base/errors.js'
import { readJournal, type ReadJournal } from './read-journal.js'
import { RunFold, type RunRecord } from './run-record.js'
import { JournalOrderError } from './step-record.js'
import { flushFolder, privateFolder, findId, namesKept } from '../../base/files/state-folder.js'
import { runIdSource } from './journal.js'

/** A run as its folder holds it. */
export interface StoredRun {
  readonly id: string
  readonly folder: string
  readonly journal: ReadJournal
  readonly fold: RunFold
  readonly record: RunRecord
}

/** The journal of a run cannot be trusted: nothing may be done on its word. Exit 27. */
class JournalDamagedError extends PreflightError {
  override readonly name = 'JournalDamagedError'
  constructor(run: string, problems: readonly string[]) {
    super(
      'journal-damaged',
      exitCodes.journalDamaged,
      `the journal of ${run} cannot be trusted: ${problems.join('; ')}`,
      {
        hint: 'nothing was done; find out by hand how far the run got, then start a new one',
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
    if (first === undefined) throw new JournalOrderError('it is empty: the run ended before its first entry')
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
    if (codeOf(error) === 'ENOENT') throw new JournalDamagedError(id, ['its folder contains no journal'])
    throw error
  }
}

const form = /^(\d{1,9}):([0-9a-f]{64})$/

/**
 * `<number of entries>:<hash of the last>`: kept elsewhere, it proves later that nothing was removed or changed since.
 */
export function anchorOf({ head }: Pick<ReadJournal, 'head'>): string {
  return `${head.seq}:${head.hash}`
}

/** Why a journal is not the one that an anchor was taken of. @param hashes of its entries, in order */
export function anchorProblems(anchor: string, hashes: readonly string[]): readonly string[] {
  const match = form.exec(anchor)
  if (match === null) return [`${anchor} is not an anchor: \`preflight runbook verify RUN --anchor\` prints one`]
  const seq = Number(match[1])
  if (seq > hashes.length)
    return [`the anchor is of entry ${seq}, but only ${hashes.length} entries exist: the end was removed`]
  return hashes[seq - 1] === match[2]
    ? []
    : [`entry ${seq} is not the one that was anchored: the journal was rewritten`]
}

/**
 * Makes sure that a journal still has the entry that was anchored.
 *
 * @param anchor `undefined`: none was kept
 * @throws UsageError for a text that is not an anchor; JournalDamagedError
 */
export function refuseRewritten(run: string, { hashes }: ReadJournal, anchor: string | undefined): void {
  if (anchor === undefined) return
  if (!form.test(anchor))
    throw new UsageError('--head must be an anchor: the number of an entry, a colon and its hash', {
      hint: '`preflight runbook verify RUN --anchor` prints one, and so does a run that stops',
    })
  const problems = anchorProblems(anchor, hashes)
  if (problems.length > 0) throw new JournalDamagedError(run, problems)
}

const runIdPattern = new RegExp(`^${runIdSource}$`)

/** Where the folders of all runs are. */
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
async function findRun(state: string, named: string): Promise<string> {
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
