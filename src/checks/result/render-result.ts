import { PreflightError, exitCodes, type ExitCode } from '../../base/errors.js'
import type { ResultDocument } from './report.js'
import { greenStatuses, statuses } from '../../base/vocabulary.js'
import { countNames } from '../run/verdict.js'
import { filesReadByDefault } from '../files-read.js'
import { readResult } from './read-documents.js'
import { openOutputs, type ReportRequest, type ReportTerminal } from './report-outputs.js'
import { differenceOfResults, type ResultDifference } from './result-difference.js'

interface RenderOptions {
  /** A result document, as `run --output` writes it. */
  readonly file: string
  readonly format: string
  readonly reports: readonly ReportRequest[]
  readonly reportMode?: number | undefined
  readonly terminal: ReportTerminal
}

/**
 * Renders a saved result again. With the same width and colours every format gives the bytes that it gave in the run.
 *
 * @returns the exit code of the run; of one that was killed, that nothing could be evaluated
 * @throws PreflightError (exit 3) when the file is not a result document or contradicts itself, else as `openOutputs`
 *   and `publish` do
 */
export async function renderResult({ file, format, reports, reportMode, terminal }: RenderOptions): Promise<ExitCode> {
  const document = await readResult(file)
  const exitCode = exitCodeOf(document, file)
  const outputs = await openOutputs(
    { format, reports, outputFile: undefined, reportMode, terminal },
    [file, ...(await filesReadByDefault())],
    { ...document, state: 'incomplete', verdict: null, exitCode: null },
  )
  try {
    await outputs.publish(document)
    return exitCode
  } finally {
    await outputs.release()
  }
}

const known: ReadonlySet<number> = new Set(Object.values(exitCodes))

/**
 * A result that was put together by hand must not turn out green: 256, as a process's exit code, is 0. @throws
 * PreflightError (exit 3)
 */
export function exitCodeOf(document: ResultDocument, file: string): ExitCode {
  const { exitCode, state, verdict } = document
  const isGo = state === 'complete' && verdict === 'go'
  const code = exitCode ?? exitCodes.notEvaluated
  if (
    !known.has(code) ||
    isGo !== (code === exitCodes.go) ||
    !isCounted(document) ||
    (isGo && !checksMatchVerdict(document))
  ) {
    throw new PreflightError(
      'result-contradiction',
      exitCodes.invalid,
      `the result ${file} contradicts itself: its state, verdict, exit code, counts and checks do not match`,
      { hint: 'preflight never writes such a result' },
    )
  }
  return code as ExitCode
}

/**
 * Whether the checks of a run that ended are those that its counts speak of; of one whose own defect is that they are
 * not, its exit code says so.
 */
function isCounted({ checks, counts, diagnostics, exitCode, run, state }: ResultDocument): boolean {
  if (state !== 'complete' || exitCode === exitCodes.internal || diagnostics !== undefined) return true
  const { declared, deselected, selected } = counts
  const isAllThere =
    new Set(checks.map(({ id }) => id)).size === selected &&
    checks.length === selected &&
    run.selection.deselectedIds.length === deselected &&
    declared === selected + deselected
  return (
    isAllThere &&
    statuses.every((status) => checks.filter((check) => check.status === status).length === counts[countNames[status]])
  )
}

/** Whether the checks of a go make it one: something was looked at, and all of it is green. */
function checksMatchVerdict({ checks, counts, diagnostics }: ResultDocument): boolean {
  return (
    counts.selected > counts.notApplicable &&
    diagnostics === undefined &&
    checks.every(({ status }) => greenStatuses.has(status))
  )
}

/**
 * Compares two saved results, the earlier one first.
 *
 * @param factor how many times as long a check must take to be reported
 * @throws PreflightError (exit 3) when one is not a result, or contradicts itself
 */
export async function compareResults(before: string, after: string, factor: number): Promise<ResultDifference> {
  const [earlier, later] = await Promise.all([readResult(before), readResult(after)])
  exitCodeOf(earlier, before)
  exitCodeOf(later, after)
  return differenceOfResults(earlier, later, factor)
}
