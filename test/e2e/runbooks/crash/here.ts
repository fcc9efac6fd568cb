import { join } from 'node:path'
import { startRun } from '../../../../src/runbooks/start-run.js'
import { resumeRun, undoRun } from '../../../../src/runbooks/resume-run.js'
import { UsageError } from '../../../../src/base/errors.js'
import type { JournalEntry } from '../../../../src/runbooks/record/journal.js'
import type { RunRecord } from '../../../../src/runbooks/record/run-record.js'
import { booksOf, quietly } from '../quiet.js'
import type { CrashingRun, End } from './crash.js'

function endOf({ state, exitCode, message, steps }: RunRecord): End {
  return {
    operations: 0,
    state,
    message,
    exitCode: exitCode ?? -1,
    steps: Object.fromEntries([...steps].map(([path, step]) => [path, step.state])),
  }
}

function optionsOf(run: CrashingRun) {
  return { ...booksOf(join(import.meta.dirname, 'books')), ...quietly(join(run.folder, 'state')), run: 'last' }
}

export async function startHere(run: CrashingRun): Promise<End> {
  return endOf(await startRun({ ...optionsOf(run), id: 'example/five-steps', parameters: [`log=${run.log}`] }))
}

/** Goes on with a run in this process. @returns `undefined` where there is nothing to go on with */
export async function resumeHere(run: CrashingRun, entries: readonly JournalEntry[]): Promise<End | undefined> {
  if (entries.length === 0) return undefined
  try {
    return endOf(await resumeRun(optionsOf(run)))
  } catch (error) {
    // The process died after the run's end was on disk.
    if (error instanceof UsageError && entries.at(-1)?.event.type === 'run-ended')
      return {
        operations: 0,
        state: 'completed',
        exitCode: 0,
        message: '',
        steps: { look: 'done', prepare: 'done', charge: 'done', start: 'verified', finish: 'done' },
      }
    throw error
  }
}

export async function undoHere(run: CrashingRun): Promise<End> {
  return endOf(await undoRun({ ...optionsOf(run), reason: 'the test says so' }))
}
