import { resolve } from 'node:path'
import { z } from 'zod'
import { pathOrEmpty } from '../../base/text/terminal-text.js'
import { SilenceError } from '../../base/errors.js'
import { commandLine } from '../../base/text/shell-words.js'
import { defineCollector } from '../../engine/collector.js'
import { ProgramOutput } from '../../processes/program-output.js'
import { runMarked } from '../../processes/marked-program.js'
import type { ProgramEnd } from '../../processes/process-group.js'

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

/** What a program prints, and how it ends. It gets PATH, HOME, LANG and TMPDIR; all that it started ends with it. */
export const collector = defineCollector({
  kind: 'program',
  title: 'the output of a program, and how it ends',
  input,
  async collect({ argv, cwd }, { signal }) {
    const output = new ProgramOutput()
    const end = await endOf({ argv, cwd }, signal, output)
    const { stdout, stderr, stdoutBytes, stderrBytes, truncated } = output.observed()
    return {
      form: 'json',
      value: {
        command: commandLine(argv),
        folder: resolve(cwd),
        ...end,
        stdout,
        stderr,
        stdoutBytes,
        stderrBytes,
        truncated,
      },
    }
  },
})

interface End extends ProgramEnd {
  /** It was still running when its time was over; what it had printed by then is kept. */
  readonly wasEnded: boolean
}

/** @throws Error that says why it could not be started */
async function endOf(program: z.output<typeof input>, signal: AbortSignal, output: ProgramOutput): Promise<End> {
  try {
    const ran = await runMarked(program, signal, (stream, chunk) => output.push(stream, chunk))
    if ('problem' in ran) throw new Error(ran.problem.detail)
    return { ...ran.end, wasEnded: false }
  } catch (error) {
    if (error instanceof SilenceError) return { exitCode: -1, signal: '', wasEnded: true }
    throw error
  }
}
