import { UsageError } from '../base/errors.js'
import type { RunRecord } from './record/run-record.js'
import { conduct } from './conduct.js'
import { refusePractice, withContinuedRun } from './continue-run.js'
import type { ContinueOptions } from './recorded-folder.js'
import { letApprovalsLapse } from './approve/lapsed-approvals.js'
import type { ConductedRun } from './start-run.js'

/**
 * Goes on with a run from where it stands, in the direction it has.
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
    throw new UsageError(`${started.run} is completed: there is nothing to go on with`, {
      hint: '`preflight runbook undo` takes it back',
    })
  if (state === 'undone') throw new UsageError(`${started.run} is undone: there is nothing to go on with`)
}
