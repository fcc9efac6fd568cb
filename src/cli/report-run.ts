import { exitCodes, type ExitCode } from '../base/errors.js'
import type { ConductedRun } from '../runbooks/start-run.js'
import { onScreen, writeReport, textStyle } from './base-command.js'
import { statusText } from '../runbooks/text/runbook-status-text.js'

/** Prints how a run ended, and gives its exit code. A run without an end is a bug of ours. */
export async function reportRun(run: ConductedRun): Promise<ExitCode> {
  await writeReport(onScreen(statusText(run, textStyle(), run.anchor)))
  return run.state === 'running' ? exitCodes.internal : ((run.exitCode ?? exitCodes.internal) as ExitCode)
}
