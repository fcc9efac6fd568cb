import { join } from 'node:path'
import { codeOf } from '../../base/errors.js'
import { BrokenLineError, emptyHead, journalBytes, readLine } from './journal-line.js'
import type { JournalEventOf } from './journal.js'
import { journalName } from './read-journal.js'
import { listRuns, runsFolder } from './stored-run.js'

/** What `last` may mean. */
export interface LastRun {
  readonly id: string
  /** `undefined`: its journal does not say. */
  readonly start: { readonly at: string; readonly event: JournalEventOf<'run-started'> } | undefined
  readonly isOfDeployment: boolean
}

/**
 * The last run of a deployment; where it has none, the last run of all.
 *
 * @param deployment its name, `undefined` for runs without one, `null` where it is unknown which it is
 * @returns `undefined` when there is no run at all
 */
export async function lastRun(state: string, deployment: string | undefined | null): Promise<LastRun | undefined> {
  let latest: LastRun | undefined
  for (const id of [...(await listRuns(state))].reverse()) {
    const start = await startOf(state, id)
    // A journal that cannot be read is the business of whoever opens it: to skip it would hide it.
    const isOfDeployment = start === undefined || start.event.startedWith?.deployment === deployment
    const run = { id, start, isOfDeployment }
    if (isOfDeployment) return run
    latest ??= run
  }
  return latest
}

async function startOf(state: string, id: string): Promise<LastRun['start']> {
  try {
    const bytes = await journalBytes(join(runsFolder(state), id, journalName))
    if (typeof bytes === 'string') return undefined
    const { at, event } = readLine(bytes.subarray(0, bytes.indexOf('\n')), emptyHead).entry
    return event.type === 'run-started' ? { at, event } : undefined
  } catch (error) {
    if (error instanceof BrokenLineError || codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
