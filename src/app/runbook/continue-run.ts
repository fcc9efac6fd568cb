import { createTwoFilesPatch } from 'diff'
import { stringify } from 'yaml'
import { UsageError } from '../../kernel/errors.js'
import { continueJournal } from '../../journal/journal-file.js'
import type { Journal } from '../../journal/journal-file.js'
import type { JournalEventOf } from '../../model/runbook/journal.js'
import type { Operator } from '../../model/runbook/person.js'
import type { RunRecord } from '../../model/runbook/run-record.js'
import { anchorOf, refuseRewritten } from './anchor.js'
import { gather, type GatherOptions, type Gathered } from './gather.js'
import { takeLocks, type Locks } from './locks.js'
import { currentOperator } from './operator.js'
import { ChangedError, type ConductedRun, type ConductOptions } from './start-run.js'
import { stateFolder } from '../state-folder.js'
import { unmaskableNotices } from '../unmaskable-notice.js'
import { openStoredRun, type StoredRun } from './stored-run.js'

export interface ContinueOptions extends Omit<GatherOptions, 'id' | 'recorded'>, ConductOptions {
  /** The run: its id, a part of it, or `last`. */
  readonly run: string
  /** An anchor that was kept: the journal must have that entry. */
  readonly head?: string | undefined
}

/** A stored run, held for ourselves, that was checked to be what it was when it started. */
export interface ContinuedRun {
  readonly stored: StoredRun
  readonly gathered: Gathered
  readonly journal: Journal
  readonly operator: Operator
  readonly locks: Locks
}

/**
 * Takes up a run: takes its locks, reads its journal, and makes sure that its runbook and its secrets are still the same.
 *
 * @param refuse throws when this run is not one to go on with in this way; called before and after the locks are held
 * @throws LockedError, JournalDamagedError, ChangedError
 */
export async function withContinuedRun(options: ContinueOptions, refuse: (record: RunRecord) => void, go: (run: ContinuedRun) => Promise<RunRecord>): Promise<ConductedRun> {
  const state = stateFolder(options.state)
  const before = await openStoredRun(state, options.run)
  refuseRewritten(before.id, before.journal, options.head)
  refuse(before.record)
  const { started } = before.record
  const gathered = await gather({ ...options, id: started.runbook, recorded: started.parameters })
  refuseChanged(started, gathered)
  for (const notice of unmaskableNotices(gathered.redactor)) options.terminal.warn(notice)
  const operator = currentOperator()
  const holder = { run: before.id, runbook: started.runbook, user: operator.user, pid: operator.pid, host: operator.host, since: new Date().toISOString() }
  const locks = await takeLocks({ holder, target: started.target, database: gathered.lockDatabase })
  try {
    // What was read before the lock was held may have been written on by its holder.
    const stored = await openStoredRun(state, before.id)
    refuseRewritten(stored.id, stored.journal, options.head)
    refuse(stored.record)
    const journal = await continueJournal(stored.folder, stored.journal)
    try {
      const record = await go({ stored, gathered, journal, operator, locks })
      return { ...record, anchor: anchorOf(journal) }
    } finally {
      await journal.close()
    }
  } finally {
    await locks.release()
  }
}

function refuseChanged(started: JournalEventOf<'run-started'>, gathered: Gathered): void {
  const differences = differenceOf(started.definition, gathered.definition)
  if (differences !== '') throw new ChangedError(`the runbook changed since the run started:\n${differences}`, 'put the runbook back as it was to go on, or undo by hand what was done and start a new run')
  for (const [name, record] of Object.entries(started.parameters)) {
    const now = gathered.parameters[name]
    if ('fingerprint' in record && (now === undefined || !('fingerprint' in now) || now.fingerprint !== record.fingerprint)) {
      throw new ChangedError(`the secret parameter ${name} is another than the one the run was started with`, 'give the same secret; if it was changed meanwhile, undo by hand what was done and start a new run')
    }
  }
}

/** What changed in the runbooks of a run, line by line; empty when nothing did. */
export function differenceOf(before: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): string {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort()
  return ids
    .flatMap((id) => {
      const [old, current] = [before[id], now[id]].map((written) => (written === undefined ? '' : stringify(written)))
      if (old === current) return []
      return [createTwoFilesPatch(`${id} (as started)`, `${id} (now)`, old!, current!, undefined, undefined, { context: 1 }).split('\n').slice(1).join('\n').trimEnd()]
    })
    .join('\n')
}

/** @throws UsageError for practice, which is over when its process is */
export function refusePractice({ started }: RunRecord): void {
  if (started.practice) throw new UsageError('this was practice: there is nothing to go on with')
}
