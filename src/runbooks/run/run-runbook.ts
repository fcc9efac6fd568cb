import { goBack } from './go-back.js'
import { goForward } from './go-forward.js'
import type { RunbookRunRequest } from './runbook-run-request.js'
import { RunInProgress } from './run-in-progress.js'

/**
 * Goes on with a run, forward or back, as far as it goes. @throws JournalWriteError when an event could not be written:
 * nothing was done after that
 */
export async function runRunbook(request: RunbookRunRequest): Promise<void> {
  const run = new RunInProgress(request)
  if (request.fold.record.direction === 'forward') await goForward(run)
  if (request.fold.record.state === 'running') await goBack(run)
}

/** Starts the way back. @throws JournalWriteError */
export async function undoRunbook(request: RunbookRunRequest, reason: string): Promise<void> {
  const run = new RunInProgress(request)
  await run.record({ type: 'undo-started', reason: request.redact.text(reason), operator: request.operator })
  await goBack(run)
}
