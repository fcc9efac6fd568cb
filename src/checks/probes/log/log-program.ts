import { OutputEnd } from '../../../host/output-end.js'
import { runMarked } from '../../../processes/marked-program.js'
import { ProgramOutput } from '../../../processes/program-output.js'
import { logProblem, type LogProblem } from './log-problem.js'

interface ProgramLog {
  readonly problem: LogProblem
  /** -1 when it did not start, or a signal ended it. */
  readonly exitCode: number
  readonly signal: string
  readonly stderr: string
  /** The lines; one text for each stream, since they come apart. */
  readonly texts: readonly string[]
  readonly truncated: boolean
}

/** Runs a program to its end and keeps the end of what it prints. @throws SilenceError at the time limit */
export async function readLogProgram(
  given: { readonly argv: readonly string[]; readonly cwd: string; readonly withStderr: boolean },
  most: { readonly lines: number; readonly bytes: number },
  signal: AbortSignal,
): Promise<ProgramLog> {
  const output = { stdout: new OutputEnd(most), stderr: new OutputEnd(most) }
  const words = new ProgramOutput()
  const ran = await runMarked(given, signal, (stream, chunk) => {
    output[stream].push(chunk)
    if (stream === 'stderr') words.push(stream, chunk)
  })
  if ('problem' in ran)
    return { problem: ran.problem, exitCode: -1, signal: '', stderr: '', texts: [], truncated: true }
  const read = (given.withStderr ? [output.stdout, output.stderr] : [output.stdout]).map((each) => each.read())
  return {
    ...ran.end,
    problem: ran.end.exitCode === 0 ? logProblem('none') : logProblem('program-failed', howItEnded(ran.end)),
    stderr: given.withStderr ? '' : words.observed().stderr,
    texts: read.map(({ text }) => text),
    truncated: read.some(({ fromStart }) => !fromStart),
  }
}

function howItEnded({ exitCode, signal }: { readonly exitCode: number; readonly signal: string }): string {
  return signal === '' ? `the program ended with exit code ${exitCode}` : `${signal} ended the program`
}
