import { UsageError } from '../base/errors.js'
import { continueJournal, type Journal } from './record/journal-file.js'
import { type Operator, currentOperator } from '../processes/operator.js'
import type { RunRecord } from './record/run-record.js'
import { anchorOf, refuseRewritten } from './record/journal-anchor.js'
import { acceptChanges } from './plan/covered/accept-changes.js'
import { changesToAccept, refuseOtherRun } from './compare-run.js'
import { gather, type Gathered } from './prepare/prepare-runbook.js'
import { takeLocks, type Locks } from './locks/target-locks.js'
import type { ConductedRun } from './start-run.js'
import { startedWithOf } from './start-record.js'
import { stateFolder } from '../base/files/state-folder.js'
import { unmaskableNotices } from '../redaction/unmaskable-notice.js'
import { openStoredRun, type StoredRun } from './record/stored-run.js'
import { whereItStarted, type ContinueOptions } from './recorded-folder.js'

/** A stored run, held for ourselves, that was checked to be what it was when it started. */
export interface ContinuedRun {
  /** As they are meant in the folder it goes on in. */
  readonly options: ContinueOptions
  readonly stored: StoredRun
  readonly gathered: Gathered
  readonly journal: Journal
  readonly operator: Operator
  readonly locks: Locks
}

/**
 * Takes up a run: takes its locks, reads its journal, and makes sure that what decides it is what it was, or that its
 * changes are
 * accepted, which is written down then. A run that is taken back is so by its recorded definition, whatever changed
 * since.
 *
 * @param command what it is taken up for
 * @param refuse throws when this run is not one to go on with in this way; called before and after the locks are held
 * @throws LockedError, JournalDamagedError, ChangedError
 */
export async function withContinuedRun(
  options: ContinueOptions,
  command: 'resume' | 'undo',
  refuse: (record: RunRecord) => void,
  go: (run: ContinuedRun) => Promise<RunRecord>,
): Promise<ConductedRun> {
  const state = stateFolder(options.state)
  const before = await openStoredRun(state, options.run)
  refuseRewritten(before.id, before.journal, options.head)
  refuse(before.record)
  return whereItStarted(before.record.started, options, (meant) =>
    continueStored({ options: meant, state, before, command, refuse, go }),
  )
}

interface Stored {
  readonly options: ContinueOptions
  readonly state: string
  readonly before: StoredRun
  readonly command: 'resume' | 'undo'
  refuse(record: RunRecord): void
  go(run: ContinuedRun): Promise<RunRecord>
}

async function continueStored({ options, state, before, command, refuse, go }: Stored): Promise<ConductedRun> {
  const { started } = before.record
  const isTakenBack = command === 'undo' || before.record.direction === 'undo'
  const gathered = await gather({
    ...options,
    id: started.runbook,
    recorded: started,
    takenBack: isTakenBack ? started : undefined,
  })
  if (!isTakenBack) refuseOtherRun(before.record, gathered)
  for (const notice of unmaskableNotices(gathered.redactor)) options.terminal.warn(notice)
  const operator = currentOperator()
  const holder = {
    run: before.id,
    runbook: started.runbook,
    user: operator.user,
    pid: operator.pid,
    host: operator.host,
    since: new Date().toISOString(),
  }
  const locks = await takeLocks({ holder, target: started.target, database: gathered.lockDatabase })
  try {
    // What was read before the lock was held may have been written on by its holder.
    const stored = await openStoredRun(state, before.id)
    refuseRewritten(stored.id, stored.journal, options.head)
    refuse(stored.record)
    if (stored.record.direction !== before.record.direction)
      throw new UsageError(`${before.id} was gone on with meanwhile`, {
        hint: 'look at `preflight runbook status`, and call it again',
      })
    const accepted = await acceptChanges({
      ...changesToAccept(stored.record, gathered, isTakenBack, options.terminal),
      run: before.id,
      command,
      commandWith: await startedWithOf(gathered, options.state),
      named: options.acceptedChanges,
      plan: gathered.plan,
      operator,
      person: options.conductor,
      signal: options.interruption.signal,
    })
    const journal = await continueJournal(stored.folder, stored.journal)
    try {
      if (accepted !== undefined) stored.fold.apply(await journal.append(accepted))
      const record = await go({
        options,
        stored: { ...stored, record: stored.fold.record },
        gathered,
        journal,
        operator,
        locks,
      })
      return { ...record, anchor: anchorOf(journal) }
    } finally {
      await journal.close()
    }
  } finally {
    await locks.release()
  }
}

/** @throws UsageError for practice, which is over when its process is */
export function refusePractice({ started }: RunRecord): void {
  if (started.practice) throw new UsageError('this was practice: there is nothing to go on with')
}
