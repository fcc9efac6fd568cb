import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { PreflightError } from '../../src/base/errors.js'
import { runPreflight } from '../../src/checks/run-preflight.js'
import type { RunEnd, RunOptions, RunTerminal } from '../../src/checks/run-options.js'
import { resultDocumentSchema, type ResultDocument } from '../../src/checks/result/report.js'
import { writeEnvironmentFile } from '../../sandbox/environment-file.js'

/** A run of the whole product in this process, and everything it let out. */
export interface CapturedRun {
  readonly exitCode: number
  readonly document: ResultDocument
  readonly report: string
  /** The text of the report files, by format, and in the summary of a workflow's step as `summary`. */
  readonly reports: Readonly<Record<string, string>>
  /** What the live view drew. */
  readonly view: string
  readonly error: PreflightError | undefined
  /** `undefined` when it was thrown out of. */
  readonly end: RunEnd | undefined
}

interface CapturedOptions extends Partial<Omit<RunOptions, 'environment' | 'inputs' | 'terminal'>> {
  readonly environment: Readonly<Record<string, string>>
  readonly inputs: Readonly<Record<string, string>>
  readonly selectors?: readonly string[]
  readonly skip?: readonly string[]
  /** Formats to write to files beside the printed one. */
  readonly formats?: readonly string[]
}

/** A stream that passes for a terminal of 120 by 50 characters. */
function fakeTerminal(): { stream: NodeJS.WriteStream; text: () => string } {
  const chunks: Buffer[] = []
  const stream = new PassThrough()
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const terminal = Object.assign(stream, { isTTY: true, columns: 120, rows: 50 })
  return { stream: terminal as unknown as NodeJS.WriteStream, text: () => Buffer.concat(chunks).toString('utf8') }
}

/** One at a time: the working folder is the process's. */
export async function capturedRun({
  environment,
  inputs,
  selectors = [],
  skip = [],
  formats = [],
  ...options
}: CapturedOptions): Promise<CapturedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-captured-'))
  const progress = fakeTerminal()
  let report = ''
  const terminal: RunTerminal = {
    writeReport: async (text) => void (report += text),
    reportStyle: { colour: false, width: 100 },
    stepSummary: join(folder, 'summary.report'),
    progress: progress.stream,
    progressMode: 'live',
    progressColour: true,
    warn: (text) => void (report += text),
    atExit: () => () => undefined,
  }
  const interruption = { signal: new AbortController().signal, exitCode: () => undefined }
  const environmentFile = join(folder, 'production.env')
  const outputFile = join(folder, 'result.json')
  writeEnvironmentFile(environmentFile, environment)
  const startedIn = process.cwd()
  // In a repository every run asks git for its state, by three programs.
  process.chdir(folder)
  try {
    let exitCode: number
    let end: RunEnd | undefined
    let error: PreflightError | undefined
    try {
      end = await runPreflight(
        {
          checks: [],
          noBuiltin: false,
          config: undefined,
          selection: { selectors, profile: undefined, stages: [], skip, beforeStart: false, afterStart: false },
          environment: { files: [environmentFile], pid: undefined, inherit: false },
          inputs: Object.entries(inputs).map(([name, value]) => `${name}=${value}`),
          knownSecretsFile: undefined,
          concurrency: undefined,
          timeout: undefined,
          deadline: undefined,
          failFast: false,
          failOnWarn: false,
          format: 'human',
          reports: formats.map((format) => ({ format, file: join(folder, `${format}.report`) })),
          outputFile,
          terminal,
          ...options,
        },
        interruption,
      )
      exitCode = end.exitCode
    } catch (thrown) {
      if (!(thrown instanceof PreflightError)) throw thrown
      error = thrown
      exitCode = thrown.exitCode
    }
    const document = resultDocumentSchema.parse(JSON.parse(readFileSync(outputFile, 'utf8')))
    const names = readdirSync(folder).filter((name) => name.endsWith('.report'))
    const reports = Object.fromEntries(
      names.map((name) => [name.replace('.report', ''), readFileSync(join(folder, name), 'utf8')]),
    )
    return { exitCode, document, report, reports, view: progress.text(), error, end }
  } finally {
    process.chdir(startedIn)
    rmSync(folder, { recursive: true, force: true })
  }
}
