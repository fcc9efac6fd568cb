import { exitCodes, type ExitCode } from '../kernel/exit-codes.js'
import type { RunRecord } from '../model/runbook/run-record.js'
import { writeReport } from './output.js'
import { statusText } from './text/runbook-status-text.js'
import { textStyle } from './text/style.js'

/** Prints how a run ended, and gives its exit code. A run without an end is a bug of ours. */
export async function reportRun(record: RunRecord): Promise<ExitCode> {
  await writeReport(statusText(record, textStyle()))
  return record.state === 'running' ? exitCodes.internal : ((record.exitCode ?? exitCodes.internal) as ExitCode)
}
