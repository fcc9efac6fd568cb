import { UsageError } from '../base/errors.js'
import type { RunRecord } from './record/run-record.js'
import { conduct } from './conduct.js'
import { refusePractice, withContinuedRun } from './continue-run.js'
import type { ContinueOptions } from './recorded-folder.js'
import { letApprovalsLapse } from './approve/changed-since-approval.js'
import type { ConductedRun } from './start-run.js'
import { undoCourse } from './run/decision.js'

/**
 * Continues a run from its recorded state, in its recorded direction.
 *
 * @throws UsageError for a run that is over; LockedError, JournalDamagedError, ChangedError, JournalWriteError
 */
export async function resumeRun(options: ContinueOptions): Promise<ConductedRun> {
  return withContinuedRun(
    options,
    'resume',
    refuseFinished,
    async ({ options: meant, stored, gathered, journal, operator, locks }) => {
      const { fold, folder } = stored
      fold.apply(await journal.append({ type: 'run-resumed', operator, planHash: gathered.plan.hash }))
      await letApprovalsLapse({ fold, journal, plan: gathered.plan, warn: options.terminal.warn })
      return conduct({
        ...options,
        ...meant,
        gathered,
        fold,
        journal,
        folder,
        operator,
        person: options.conductor,
        lockLost: locks.lost,
      })
    },
  )
}

function refuseFinished(record: RunRecord): void {
  refusePractice(record)
  const { state, started } = record
  if (state === 'completed' || state === 'completed-with-manual')
    throw new UsageError(`${started.run} is completed: there is nothing to continue`, {
      hint: '`preflight runbook undo` undoes it',
    })
  if (state === 'undone') throw new UsageError(`${started.run} is undone: there is nothing to continue`)
}

/**
 * Takes back what a run did, the latest first.
 *
 * @throws UsageError when there is nothing that can be undone; LockedError, JournalDamagedError, ChangedError,
 *   JournalWriteError
 */
export async function undoRun(options: ContinueOptions & { readonly reason: string }): Promise<ConductedRun> {
  return withContinuedRun(
    options,
    'undo',
    refuseWithoutUndo,
    ({ options: meant, stored, gathered, journal, operator, locks }) => {
      const { fold, folder } = stored
      return conduct(
        {
          ...options,
          ...meant,
          gathered,
          fold,
          journal,
          folder,
          operator,
          person: options.conductor,
          lockLost: locks.lost,
        },
        { reason: options.reason },
      )
    },
  )
}

function refuseWithoutUndo(record: RunRecord): void {
  refusePractice(record)
  // The open steps of an interrupted run are known only when it continues: they may have taken effect.
  const { steps, left } = undoCourse(record)
  const isCutOff = record.direction === 'undo' && record.state !== 'undone'
  if (steps.length > 0 || isCutOff) return
  const reasons = left.map(({ step, reason }) => `${step.path}: ${reason}`)
  throw new UsageError(
    `nothing in ${record.started.run} can be undone${reasons.length === 0 ? ': it changed nothing' : ` (${reasons.join('; ')})`}`,
  )
}
