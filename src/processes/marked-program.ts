import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { runProgram, type ProgramEnd } from './process-group.js'
import type { Stream } from './program-output.js'
import { basicEnvironment, folderProblem, isStartError, toolProblem, type StartProblem } from './start-problem.js'

/** The variable by which all that a program started is found again, also what left its parents behind. */
const mark = 'PREFLIGHT_EVIDENCE_MARK'

/**
 * Runs a program that shows something and ends. It gets PATH, HOME, LANG and TMPDIR; all that it started ends with it.
 *
 * @param program.input what it can read on its standard input; nothing when absent
 * @returns why it could not be started, or how it ended
 * @throws SilenceError when the signal was aborted before its end
 */
export async function runMarked(
  { argv, cwd, input }: { readonly argv: readonly string[]; readonly cwd: string; readonly input?: string },
  signal: AbortSignal,
  onOutput: (stream: Stream, chunk: Buffer) => void,
): Promise<{ readonly problem: StartProblem } | { readonly end: ProgramEnd }> {
  const folder = resolve(cwd)
  const environment: Record<string, string> = { ...basicEnvironment(), [mark]: randomBytes(12).toString('hex') }
  const noFolder = await folderProblem(folder)
  if (noFolder !== undefined) return { problem: noFolder }
  try {
    return { end: await runProgram({ argv, cwd: folder, environment, input, markedBy: mark }, signal, onOutput) }
  } catch (error) {
    if (!isStartError(error)) throw error
    return { problem: await toolProblem(error, argv[0] ?? '', folder, environment['PATH'] ?? '') }
  }
}
