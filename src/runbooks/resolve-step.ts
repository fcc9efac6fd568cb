import { UsageError } from '../base/errors.js'
import { hasVisibleText } from '../base/text/terminal-text.js'
import { suggestionHint } from '../base/text/wording.js'
import { continueJournal } from './record/journal-file.js'
import { createRedactor } from '../redaction/redact.js'
import type { ReadJournal } from './record/read-journal.js'
import type { JournalEvent } from './record/journal.js'
import { resolvedMessage, runRecordOf, type RunRecord } from './record/run-record.js'
import type { StepRecord } from './record/step-record.js'
import { refusePractice } from './continue-run.js'
import { takeLocks } from './locks/database-lock.js'
import { currentOperator } from '../processes/operator.js'
import { stateFolder } from '../base/files/state-folder.js'
import { openStoredRun } from './record/stored-run.js'

interface ResolveOptions {
  readonly state: string | undefined
  readonly run: string
  readonly step: string
  readonly as: 'done' | 'not-done' | 'undone' | 'not-undone'
  readonly reason: string
}

/**
 * Writes an operator's word into the journal: what became of a step, or of its undo, where nothing else can tell.
 *
 * @throws UsageError where there is nothing to say; LockedError while the run is going on; JournalDamagedError
 */
export async function resolveStep(options: ResolveOptions): Promise<RunRecord> {
  const reason = options.reason.trim()
  if (reason.length < 3 || !hasVisibleText(reason)) throw new UsageError('--reason is too short: write how you know')
  const state = stateFolder(options.state)
  const operator = currentOperator()
  const { id, record } = await openStoredRun(state, options.run)
  const holder = {
    run: id,
    runbook: record.started.runbook,
    user: operator.user,
    pid: operator.pid,
    host: operator.host,
    since: new Date().toISOString(),
  }
  const locks = await takeLocks({ holder, target: record.started.target, database: undefined })
  try {
    const { folder, fold, journal: read } = await openStoredRun(state, id)
    refusePractice(fold.record)
    // A run that was cut off is taken up first: only then is it known which of its steps are open.
    const takenUp: JournalEvent = { type: 'run-resumed', operator, planHash: fold.record.started.planHash }
    const isCutOff = fold.record.state === 'running'
    refuseNeedless(stepOf(isCutOff ? asIf(read, takenUp) : fold.record, options.step), options)
    const journal = await continueJournal(folder, read)
    try {
      if (isCutOff) fold.apply(await journal.append(takenUp))
      const resolved = {
        type: 'step-resolved',
        step: options.step,
        as: options.as,
        reason: createRedactor([]).text(reason),
        operator,
      } as const
      fold.apply(await journal.append(resolved))
      if (fold.record.state === 'running')
        fold.apply(
          await journal.append({
            type: 'run-ended',
            state: 'interrupted',
            exitCode: 24,
            message: resolvedMessage(resolved),
          }),
        )
      return fold.record
    } finally {
      await journal.close()
    }
  } finally {
    await locks.release()
  }
}

/** The record as it would be after one event more, which is not written. */
function asIf({ entries }: ReadJournal, event: JournalEvent): RunRecord {
  return runRecordOf([...entries, { seq: entries.length + 1, at: new Date().toISOString(), event }])
}

function stepOf(record: RunRecord, path: string): StepRecord {
  const step = record.steps.get(path)
  if (step === undefined)
    throw new UsageError(`no step ${path} in this run`, {
      hint: suggestionHint(path, record.steps.keys()) ?? '`preflight runbook status` lists them',
    })
  if (step.isAfterUndo === true && record.direction === 'forward')
    throw new UsageError(`${path} runs only when an undo has ended`, { hint: 'this run is not being undone' })
  return step
}

/** What is known is not up for debate: only an unknown or failed outcome, an undo, and what a person does anyway. */
function refuseNeedless(step: StepRecord, { as }: ResolveOptions): void {
  const isAboutUndo = as === 'undone' || as === 'not-undone'
  const isUndoOpen = step.undoAttempts > 0 && (step.state === 'unknown' || step.state === 'undo-failed')
  if (isAboutUndo && !isUndoOpen)
    throw new UsageError(`the undo of ${step.path} is not unknown`, { hint: `the step is ${step.state}` })
  if (isAboutUndo) return
  if (isUndoOpen)
    throw new UsageError(`the step ${step.path} is being undone`, { hint: 'use --as undone or --as not-undone' })
  const isOpen = step.state === 'unknown' || (step.state === 'failed' && step.effect !== 'read')
  const isForPerson = step.isManual && ['pending', 'not-run', 'cancelled', 'failed', 'open'].includes(step.state)
  if (!isOpen && !isForPerson) throw new UsageError(`the outcome of ${step.path} is not unknown: it is ${step.state}`)
}
