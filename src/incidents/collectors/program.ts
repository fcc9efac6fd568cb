import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { z } from 'zod'
import { pathOrEmpty } from '../../base/text/terminal-text.js'
import { SilenceError } from '../../base/errors.js'
import { commandLine } from '../../base/text/shell-words.js'
import { defineCollector } from '../../engine/collector.js'
import { ProgramOutput } from '../../processes/program-output.js'
import { runProgram, type ProgramEnd } from '../../processes/process-group.js'
import { basicEnvironment, folderProblem, isStartError, toolProblem } from '../../processes/start-problem.js'

const word = () =>
  z
    .string()
    .max(100_000)
    .refine((text) => !text.includes('\0'), 'expected text without a NUL character')

const input = z.strictObject({
  argv: z
    .array(word())
    .min(1)
    .max(1000)
    .refine(([program]) => program !== '', 'expected a program as the first word')
    .describe('the program and its arguments, passed unchanged, without a shell. It must not change anything'),
  cwd: pathOrEmpty().default('').describe('the folder it runs in; empty: the one preflight runs in'),
})

/** The variable by which all that a program started is found again, also what left its parents behind. */
const mark = 'PREFLIGHT_EVIDENCE_MARK'

/** What a program prints, and how it ends. It gets PATH, HOME, LANG and TMPDIR; all that it started ends with it. */
export const collector = defineCollector({
  kind: 'program',
  title: 'the output of a program, and how it ends',
  input,
  async collect({ argv, cwd }, { signal }) {
    const folder = resolve(cwd)
    const environment: Record<string, string> = { ...basicEnvironment(), [mark]: randomBytes(12).toString('hex') }
    const noFolder = await folderProblem(folder)
    if (noFolder !== undefined) throw new Error(noFolder.detail)
    const output = new ProgramOutput()
    const end = await endOf(
      runProgram({ argv, cwd: folder, environment, markedBy: mark }, signal, (stream, chunk) =>
        output.push(stream, chunk),
      ),
      async (error) =>
        isStartError(error)
          ? new Error((await toolProblem(error, argv[0] ?? '', folder, environment['PATH'] ?? '')).detail)
          : error,
    )
    const { stdout, stderr, stdoutBytes, stderrBytes, truncated } = output.observed()
    return {
      form: 'json',
      value: { command: commandLine(argv), folder, ...end, stdout, stderr, stdoutBytes, stderrBytes, truncated },
    }
  },
})

interface End extends ProgramEnd {
  /** It was still running when its time was over; what it had printed by then is kept. */
  readonly wasEnded: boolean
}

async function endOf(running: Promise<ProgramEnd>, explain: (error: unknown) => Promise<unknown>): Promise<End> {
  try {
    return { ...(await running), wasEnded: false }
  } catch (error) {
    if (error instanceof SilenceError) return { exitCode: -1, signal: '', wasEnded: true }
    throw await explain(error)
  }
}
