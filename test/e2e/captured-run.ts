import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { PreflightError } from '../../src/kernel/errors.js'
import { runPreflight, type RunEnd, type RunOptions, type RunTerminal } from '../../src/app/run-preflight.js'
import { resultDocumentSchema, type ResultDocument } from '../../src/model/report.js'
import { writeEnvironmentFile } from '../../sandbox/environment-file.js'

/** A run of the whole product in this process, and everything it let out. */
export interface CapturedRun {
  readonly exitCode: number
  readonly document: ResultDocument
  readonly report: string
  /** What the live view drew. */
  readonly view: string
  readonly error: PreflightError | undefined
  /** `undefined` when it was thrown out of. */
  readonly end: RunEnd | undefined
}

export interface CapturedOptions extends Partial<Omit<RunOptions, 'environment' | 'inputs' | 'terminal'>> {
  readonly environment: Readonly<Record<string, string>>
  readonly inputs: Readonly<Record<string, string>>
  readonly selectors?: readonly string[]
  readonly skip?: readonly string[]
}

/** A stream that passes for a terminal of 120 by 50 characters. */
function fakeTerminal(): { stream: NodeJS.WriteStream; text: () => string } {
  const chunks: Buffer[] = []
  const stream = new PassThrough()
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const terminal = Object.assign(stream, { isTTY: true, columns: 120, rows: 50 })
  return { stream: terminal as unknown as NodeJS.WriteStream, text: () => Buffer.concat(chunks).toString('utf8') }
}

export async function capturedRun({ environment, inputs, selectors = [], skip = [], ...options }: CapturedOptions): Promise<CapturedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-captured-'))
  const progress = fakeTerminal()
  let report = ''
  const terminal: RunTerminal = {
    writeReport: async (text) => void (report += text),
    reportStyle: { colour: false, width: 100 },
    progress: progress.stream,
    progressMode: 'live',
    progressColour: true,
    warn: (text) => void (report += text),
    atExit: () => () => undefined,
  }
  const environmentFile = join(folder, 'production.env')
  const outputFile = join(folder, 'result.json')
  writeEnvironmentFile(environmentFile, environment)
  try {
    let exitCode: number
    let end: RunEnd | undefined
    let error: PreflightError | undefined
    try {
      end = await runPreflight({
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
        outputFile,
        terminal,
        interruption: { signal: new AbortController().signal, exitCode: () => undefined },
        ...options,
      })
      exitCode = end.exitCode
    } catch (thrown) {
      if (!(thrown instanceof PreflightError)) throw thrown
      error = thrown
      exitCode = thrown.exitCode
    }
    const document = resultDocumentSchema.parse(JSON.parse(readFileSync(outputFile, 'utf8')))
    return { exitCode, document, report, view: progress.text(), error, end }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
