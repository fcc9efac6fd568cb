import { UsageError } from '../base/errors.js'
import { continueJournal, type Journal } from './record/journal-file.js'
import { type Operator, currentOperator } from '../processes/operator.js'
import type { RunRecord } from './record/run-record.js'
import { anchorOf, refuseRewritten, openStoredRun, type StoredRun } from './record/stored-run.js'
import { acceptChanges, type ToAccept } from './plan/covered/accept-changes.js'
import { prepareRunbook, type PreparedRunbook } from './prepare/prepare-runbook.js'
import { takeLocks, type Locks } from './locks/database-lock.js'
import { type ConductedRun, startedWithOf } from './start-run.js'
import { givenAsStarted, withInputsAsked } from './as-started.js'
import { stateFolder } from '../base/files/state-folder.js'
import { unmaskableNotices } from '../redaction/unmaskable-notice.js'
import { whereItStarted, type ContinueOptions } from './recorded-folder.js'
import { givenBeyond } from './record/started-with.js'
import { createTwoFilesPatch } from 'diff'
import { stringify } from 'yaml'
import { ChangedError } from './plan/covered.js'
import { changeLines, changesSince, type SinceChange } from './plan/covered/changes-since.js'
import type { RunbookTerminal } from './action-registry.js'

/** A stored run, held for ourselves, that was checked to be what it was when it started. */
interface ContinuedRun {
  /** As they are meant in the folder it goes on in. */
  readonly options: ContinueOptions
  readonly stored: StoredRun
  readonly gathered: PreparedRunbook
  readonly journal: Journal
  readonly operator: Operator
  readonly locks: Locks
}

/**
 * Takes up a run: takes its locks, reads its journal, and makes sure that what decides it is what it was, or that its
 * changes are accepted, which is written down then. A run that is taken back is so by its recorded definition, whatever
 * changed since.
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
  const { startedWith } = before.record.started
  return whereItStarted(before.record.started, options, async (meant) => {
    const given = givenAsStarted(meant, startedWith)
    // What a run is undone with is never a reason not to undo it.
    const whole = isUndo(command, before) ? given : await withInputsAsked(given, before.id, startedWith)
    return continueStored({ options: whole, state, before, command, refuse, go })
  })
}

interface Stored {
  readonly options: ContinueOptions
  readonly state: string
  readonly before: StoredRun
  readonly command: 'resume' | 'undo'
  refuse(record: RunRecord): void
  go(run: ContinuedRun): Promise<RunRecord>
}

function isUndo(command: Stored['command'], { record }: StoredRun): boolean {
  return command === 'undo' || record.direction === 'undo'
}

async function continueStored({ options, state, before, command, refuse, go }: Stored): Promise<ConductedRun> {
  const { started } = before.record
  const isTakenBack = isUndo(command, before)
  const gathered = await prepareRunbook({
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
      throw new UsageError(`${before.id} was continued by another process in the meantime`, {
        hint: 'look at `preflight runbook status`, then repeat the command',
      })
    const accepted = await acceptChanges({
      ...changesToAccept(stored.record, gathered, isTakenBack, options.terminal),
      run: before.id,
      command,
      beyondStart: givenBeyond(await startedWithOf(gathered, options.state), started.startedWith),
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
  if (started.practice) throw new UsageError('this was a practice run: there is nothing to continue')
}

/**
 * Refuses to go on with a run where what decides its steps to come is not what it was started with: it would be another
 * run.
 *
 * @throws ChangedError that names every difference
 */
function refuseOtherRun(record: RunRecord, gathered: PreparedRunbook): void {
  const { started } = record
  const diff = differenceOf(started.definition, gathered.definition)
  const secrets = otherSecrets(record, gathered)
  const others = (changesSince(record, gathered)?.refused ?? []).filter(
    ({ kind, name }) => kind !== 'runbook' && !secrets.includes(name),
  )
  const changed = [
    ...(diff === '' ? [] : [`the runbook changed since the run started:\n${diff}`]),
    ...secrets.map((name) => `the secret parameter ${name} differs from the one at the start of the run`),
    ...(others.length === 0
      ? []
      : [`the inputs of the run changed since its start:\n${changeLines(others).join('\n')}`]),
  ]
  if (changed.length === 0) return
  const cure =
    diff !== ''
      ? 'restore the runbook to continue'
      : secrets.length > 0
        ? 'give the same secret to continue'
        : 'give or restore the earlier value to continue'
  throw new ChangedError(
    changed.join('\n'),
    `${cure}; or undo what was done (\`preflight runbook undo\`, which uses the recorded definition) and start a new run`,
  )
}

/**
 * The changes that somebody must accept before a run continues; warns about the others.
 *
 * @param isTakenBack then only another secret must be accepted: nothing else keeps a run from being undone
 */
function changesToAccept(
  record: RunRecord,
  gathered: PreparedRunbook,
  isTakenBack: boolean,
  terminal: Pick<RunbookTerminal, 'warn'>,
): Pick<ToAccept, 'open' | 'declared'> {
  const changes = changesSince(record, gathered)
  const tell = (intro: string, changed: readonly SinceChange[]): void =>
    changed.length === 0 ? undefined : terminal.warn(`${intro}\n${changeLines(changed).join('\n')}`)
  if (changes === undefined)
    terminal.warn(
      'this run was started by an earlier version of preflight, which did not record what it depends on: environment files, programs, waivers and inputs cannot be compared',
    )
  if (!isTakenBack) {
    tell('changed by a step that declares the change:', changes?.declared ?? [])
    return { open: changes?.open ?? [], declared: changes?.declared ?? [] }
  }
  for (const reason of gathered.unread) terminal.warn(`could not be read, and steps that need it will fail: ${reason}`)
  const secrets = otherSecrets(record, gathered)
  const changed = [...(changes?.refused ?? []), ...(changes?.open ?? []), ...(changes?.declared ?? [])].filter(
    ({ kind, name }) => !(kind === 'parameter' && secrets.includes(name)),
  )
  tell('changed since the last step; the undo continues, with the recorded definition:', changed)
  return {
    open: secrets.map((name): SinceChange => ({
      kind: 'parameter',
      name,
      id: `parameter:${name}`,
      before: undefined,
      now: gathered.plan.covers.find((entry) => entry.kind === 'parameter' && entry.name === name),
      seenAfter: undefined,
    })),
    declared: [],
  }
}

/** Names of the secret parameters that are others than the run was started with, or than were accepted since. */
function otherSecrets({ started, covered }: RunRecord, gathered: PreparedRunbook): readonly string[] {
  return Object.entries(started.parameters).flatMap(([name, record]) => {
    if (!('fingerprint' in record)) return []
    const last =
      covered.entries?.find((entry) => entry.kind === 'parameter' && entry.name === name)?.digest ?? record.fingerprint
    const now = gathered.parameters[name]
    return now !== undefined && 'fingerprint' in now && now.fingerprint === last ? [] : [name]
  })
}

/** What changed in the runbooks of a run, line by line; empty when nothing did. */
function differenceOf(before: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): string {
  const ids = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort()
  return ids
    .flatMap((id) => {
      const [old, current] = [before[id], now[id]].map((written) => (written === undefined ? '' : stringify(written)))
      if (old === current) return []
      return [
        createTwoFilesPatch(`${id} (as started)`, `${id} (now)`, old!, current!, undefined, undefined, { context: 1 })
          .split('\n')
          .slice(1)
          .join('\n')
          .trimEnd(),
      ]
    })
    .join('\n')
}
