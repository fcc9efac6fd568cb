import { messageOf, PreflightError, UsageError, exitCodes } from '../../base/errors.js'
import type { ResultDocument } from './report.js'
import { serialiseResult } from './serialise-result.js'
import { type Reporter, type ReporterOptions, reporterRegistry } from './reporter.js'
import { replaceEarlierFile, replaceFile, isSameFile, refuseOverwriting } from '../../base/files/whole-file.js'
import { lockOutputs } from './output-locks.js'
import { openStepSummary } from './step-summary.js'

/** A report that is to be written to a file. */
export interface ReportRequest {
  readonly format: string
  readonly file: string
}

/** Where reports are shown. */
export interface ReportTerminal {
  /** @throws OutputError when the report could not be written */
  writeReport(text: string): Promise<void>
  readonly reportStyle: ReporterOptions
  /** The file in which a step of a GitHub workflow collects its summary; only the `github` format adds to it. */
  readonly stepSummary?: string | undefined
}

export interface OutputRequest {
  /** What is printed. */
  readonly format: string
  /** What is printed instead where the answer is go. */
  readonly goFormat?: string | undefined
  readonly reports: readonly ReportRequest[]
  /** Where the result document is to go. */
  readonly outputFile: string | undefined
  /** The permissions of every file, whatever they were; left out, a new one is its owner's alone. */
  readonly reportMode?: number | undefined
  readonly terminal: ReportTerminal
}

/** Everything one run hands over: a printed report, any number of report files, the result file. */
export interface Outputs {
  readonly format: string
  /** Puts a document that is not final into every file. */
  replace(document: ResultDocument): Promise<void>
  /**
   * Hands over the final document. One that cannot be handed over keeps none of the others from it; the result file is
   * last, and says complete only when every report got where it was to go.
   *
   * @throws PreflightError when any failed: exit 70 when a report could not be made, else 74; that file still holds the
   *   document before
   */
  publish(document: ResultDocument, options?: { readonly isPrinted: boolean }): Promise<void>
  /** Lets other runs write the files. */
  release(): Promise<void>
}

/** Files are laid out as for a pipe. */
const fileStyle: ReporterOptions = { colour: false, width: 100 }

/** Every format there is, for a command's help. */
export const reportFormats = reporterRegistry.names()

/**
 * Makes ready for every output before anything is run: names are checked first, then each file is created with the
 * document that says incomplete, so that no file of an earlier run outlives one that does not end.
 *
 * @param readFrom files that are read and must not be written over
 * @throws UsageError for an unknown format, a file that is named twice, one that is read or that another run writes;
 *   OutputError for a file that cannot be written
 */
export async function openOutputs(
  { format, goFormat = format, reports, outputFile, reportMode, terminal }: OutputRequest,
  readFrom: readonly string[],
  incomplete: ResultDocument,
): Promise<Outputs> {
  const files = [...(outputFile === undefined ? [] : [outputFile]), ...reports.map(({ file }) => file)]
  const locks = await lockOutputs(files, incomplete.run.id)
  try {
    const printed = await reporterRegistry.load(format)
    const printedOfGo = await reporterRegistry.load(goFormat)
    const loaded = await Promise.all(
      reports.map(async (report) => ({ reporter: await reporterRegistry.load(report.format), file: report.file })),
    )
    await refuseSharedFiles(files, readFrom)
    const opened = await openReports(
      { printed, printedOfGo, reports: loaded, outputFile, reportMode, terminal },
      incomplete,
    )
    return { ...opened, release: () => locks.release() }
  } catch (error) {
    await locks.release()
    throw error
  }
}

interface OpenReports extends Pick<OutputRequest, 'outputFile' | 'reportMode' | 'terminal'> {
  readonly printed: Reporter
  readonly printedOfGo?: Reporter
  readonly reports: readonly { readonly reporter: Reporter; readonly file: string }[]
}

/** As `openOutputs`, with reporters that are loaded already. */
export async function openReports(
  { printed, printedOfGo = printed, reports, outputFile, reportMode, terminal }: OpenReports,
  incomplete: ResultDocument,
): Promise<Omit<Outputs, 'release'>> {
  const summary = await summaryFor([printed, ...reports.map(({ reporter }) => reporter)], terminal)
  const files = reports.map(({ reporter, file }): ResultFile => ({
    replace: (document) =>
      replaceFile(file, made(reporter, document, fileStyle), { what: `${reporter.format} report`, mode: reportMode }),
  }))
  const results: ResultFile[] = []
  const createResult = async (): Promise<void> => {
    if (outputFile !== undefined) results.push(await createResultFile(outputFile, incomplete, reportMode))
  }
  const begin = reports.map(
    ({ reporter, file }) =>
      () =>
        replaceEarlierFile(file, made(reporter, incomplete, fileStyle), {
          what: `${reporter.format} report`,
          mode: reportMode,
        }),
  )
  await tryAll([...begin, createResult])
  return {
    format: printed.format,
    replace: (document) => tryAll([...files, ...results].map((file) => () => file.replace(document))),
    async publish(document, { isPrinted } = { isPrinted: true }) {
      const saved = asSaved(document)
      const reporter = document.verdict === 'go' ? printedOfGo : printed
      const print = async (): Promise<void> => terminal.writeReport(made(reporter, saved, terminal.reportStyle))
      const summarise = async (): Promise<void> => summary?.add(saved)
      await tryAll([...(isPrinted ? [print] : []), ...files.map((file) => () => file.replace(saved)), summarise])
      for (const result of results) await result.replace(document)
    },
  }
}

/** What is rendered is what a saved result holds, so that rendering that again gives the same bytes. */
function asSaved(document: ResultDocument): ResultDocument {
  return JSON.parse(serialiseResult(document)) as ResultDocument
}

/** A message of a reporter's own error is not shown: what it quotes is not known to be safe to show. */
function made(reporter: Reporter, document: ResultDocument, style: ReporterOptions): string {
  try {
    return reporter.render(document, style)
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : 'unknown'
    throw new PreflightError(
      'reporter',
      exitCodes.internal,
      `the ${reporter.format} report could not be made (${name})`,
      { cause, hint: 'this is a bug in preflight; another format may work' },
    )
  }
}

async function summaryFor(
  reporters: readonly Reporter[],
  { stepSummary }: ReportTerminal,
): Promise<{ add(document: ResultDocument): Promise<void> } | undefined> {
  const format = reporters.find((reporter) => reporter.stepSummaryFormat !== undefined)?.stepSummaryFormat
  if (format === undefined || stepSummary === undefined) return undefined
  const whole = await reporterRegistry.load(format)
  const brief = await reporterRegistry.load('short')
  const summary = await openStepSummary(stepSummary)
  return { add: (document) => summary.append(made(whole, document, fileStyle), made(brief, document, fileStyle)) }
}

/** Tries each in turn, whatever became of the others, and then reports all that failed. */
async function tryAll(acts: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const act of acts) {
    try {
      await act()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw combined(failures)
}

function combined(failures: readonly unknown[]): unknown {
  if (failures.length === 1) return failures[0]
  const isOurs = failures.some((error) => !(error instanceof PreflightError) || error.exitCode === exitCodes.internal)
  const messages = failures.map((error) => (error instanceof PreflightError ? messageOf(error) : 'an unexpected error'))
  return new PreflightError(
    'reports',
    isOurs ? exitCodes.internal : exitCodes.output,
    `${failures.length} reports could not be written: ${messages.join('; ')}`,
    { cause: new AggregateError(failures) },
  )
}

/** Of two reports in one file the later would be all there is, and an input that is written over is gone. */
async function refuseSharedFiles(files: readonly string[], readFrom: readonly string[]): Promise<void> {
  const hint = 'give every report its own file'
  for (const [index, file] of files.entries()) {
    for (const other of files.slice(0, index))
      if (await isSameFile(file, other)) throw new UsageError(`${file} is named twice`, { hint })
    await refuseOverwriting(file, readFrom, hint)
  }
}

/** A result file that always holds one whole document: the one before or the one after, never half of one. */
interface ResultFile {
  /** @throws OutputError when the document could not be written; the file then still holds the document before */
  replace(document: ResultDocument): Promise<void>
}

/**
 * Puts the first, incomplete document in its place, before the first probe runs. A new file can be read by its owner
 * only and one that exists keeps its permissions, unless others are asked for. An earlier result does not outlive a
 * failure.
 *
 * @throws OutputError when the path is a folder, a link or a device, or cannot be written
 */
export async function createResultFile(path: string, incomplete: ResultDocument, mode?: number): Promise<ResultFile> {
  const options = { what: 'result', mode }
  const file: ResultFile = { replace: (document) => replaceFile(path, serialiseResult(document), options) }
  await replaceEarlierFile(path, serialiseResult(incomplete), options)
  return file
}
