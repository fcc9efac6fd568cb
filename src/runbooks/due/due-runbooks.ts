import { messageOf, PreflightError, UsageError } from '../../base/errors.js'
import { builtinRunbooks } from '../../base/package.js'
import { suggestionHint } from '../../base/text/wording.js'
import { usualPacks } from '../../checks/load/shipped-packs.js'
import { systemOf } from '../../checks/plan/plan.js'
import type { RunbookDefinition } from '../definition/runbook-definition.js'
import type { RunState, Schedule } from '../definition/runbook-vocabulary.js'
import type { RunRecord } from '../record/run-record.js'
import { listRuns, openStoredRun } from '../record/stored-run.js'
import { calendarDay, dueDay } from './due-date.js'

/** A runbook with a schedule, and when it is to be run. */
export interface DueRunbook {
  readonly id: string
  readonly title: string
  readonly schedule: Schedule
  readonly isDue: boolean
  /** The day from which it is due, as `2026-12-01`; `null` for one of which no run has ended well. */
  readonly dueOn: string | null
  /** The latest run that ended well. */
  readonly lastRun: { readonly run: string; readonly startedAt: string; readonly state: RunState } | null
}

type ScheduledRunbook = RunbookDefinition & { readonly schedule: Schedule }

/**
 * Without those that ship for systems that the deployment does not have.
 *
 * @param packs that the deployment file names
 */
export async function runbooksInUse(
  runbooks: readonly RunbookDefinition[],
  packs: readonly string[] | undefined,
): Promise<readonly RunbookDefinition[]> {
  const inUse = packs === undefined ? await usualPacks() : new Set(packs)
  return runbooks.filter(({ id, folder }) => !folder.startsWith(builtinRunbooks) || inUse.has(systemOf(id)))
}

/**
 * The runbooks that have a schedule, by their ids.
 *
 * @param selector the id of one, or a path that selects all under it; all of them when absent
 * @throws UsageError when nothing is selected
 */
export function scheduledRunbooks(
  runbooks: readonly RunbookDefinition[],
  selector: string | undefined,
): readonly ScheduledRunbook[] {
  const isSelected = ({ id }: RunbookDefinition): boolean =>
    selector === undefined || id === selector || id.startsWith(`${selector}/`)
  const scheduled = runbooks
    .filter(isSelected)
    .filter((runbook): runbook is ScheduledRunbook => runbook.schedule !== undefined)
  if (selector !== undefined && scheduled.length === 0)
    throw new UsageError(runbooks.some(isSelected) ? `${selector} has no schedule` : `unknown runbook ${selector}`, {
      hint:
        suggestionHint(
          selector,
          runbooks.filter(({ schedule }) => schedule !== undefined).map(({ id }) => id),
        ) ?? '`preflight runbook due` lists those that have one',
    })
  return scheduled.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

interface DueOptions {
  readonly runbooks: readonly ScheduledRunbook[]
  /** The folder of the history. */
  readonly state: string
  /** Only its runs count; `undefined` for those without one. */
  readonly deployment: string | undefined
  readonly now: Date
  /** Says which runs cannot be read, and so do not count. */
  warn(text: string): void
}

/**
 * What is due by the history of runs. A run counts from its start, and only when it ended well: a checklist, with every
 * item. One that was never run is due.
 */
export async function dueRunbooks(options: DueOptions): Promise<readonly DueRunbook[]> {
  const newestFirst = [...(await listRuns(options.state))].reverse()
  return Promise.all(options.runbooks.map((runbook) => dueRunbook(runbook, newestFirst, options)))
}

async function dueRunbook(
  { id, title, schedule }: ScheduledRunbook,
  runs: readonly string[],
  options: DueOptions,
): Promise<DueRunbook> {
  const last = await lastEndedWell(id, runs, options)
  if (last === undefined) return { id, title, schedule, isDue: true, dueOn: null, lastRun: null }
  const { started, startedAt, state } = last
  const dueOn = dueDay(new Date(startedAt), schedule)
  const isDue = dueOn <= calendarDay(options.now)
  return { id, title, schedule, isDue, dueOn, lastRun: { run: started.run, startedAt, state } }
}

const endedWell: ReadonlySet<RunState> = new Set<RunState>(['completed', 'completed-with-manual'])

async function lastEndedWell(
  id: string,
  runs: readonly string[],
  { state, deployment, now, warn }: DueOptions,
): Promise<RunRecord | undefined> {
  const name = id.slice(id.lastIndexOf('/') + 1)
  for (const run of runs.filter((each) => each.includes(`-${name}-`))) {
    let record: RunRecord
    try {
      record = (await openStoredRun(state, run)).record
    } catch (error) {
      if (!(error instanceof PreflightError)) throw error
      warn(`${run} does not count: ${messageOf(error)}`)
      continue
    }
    const { started, startedAt } = record
    if (started.runbook !== id || started.startedWith?.deployment !== deployment || !endedWell.has(record.state))
      continue
    if (new Date(startedAt) <= now) return record
    warn(`${run} does not count: it started in the future, at ${startedAt}`)
  }
  return undefined
}
