import { exitCodes, type ExitCode } from '../kernel/exit-codes.js'
import type { ConductedRun } from '../app/runbook/start-run.js'
import { writeReport } from './output.js'
import { statusText } from './text/runbook-status-text.js'
import { textStyle } from './stream-style.js'

/** Prints how a run ended, and gives its exit code. A run without an end is a bug of ours. */
export async function reportRun(run: ConductedRun): Promise<ExitCode> {
  await writeReport(statusText(run, textStyle(), run.anchor))
  return run.state === 'running' ? exitCodes.internal : ((run.exitCode ?? exitCodes.internal) as ExitCode)
}
