import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { SilenceError } from '../base/errors.js'
import { settledWithin } from '../base/time/waiting.js'
import { endFamily, grace, killFamily, type ProcessFamily } from './process-table.js'
import { openOutputFiles, type OutputFiles } from './output-files.js'
import type { Stream } from './program-output.js'

interface Program {
  /** The program first. */
  readonly argv: readonly string[]
  readonly cwd: string
  /** All of its environment: nothing of ours is added. */
  readonly environment: Readonly<Record<string, string>>
  /** What it can read on its standard input; nothing when absent. */
  readonly input?: string | Uint8Array | undefined
  /**
   * Name of a variable of that environment whose value is this program's alone: what it started is found by it, however
   * far it went.
   */
  readonly markedBy?: string
  /** When it ends with exit code 0, what it started goes on: a start script that leaves a service behind. */
  readonly leavesRunning?: boolean
}

export interface ProgramEnd {
  /** -1 when a signal ended it. */
  readonly exitCode: number
  /** `SIGSEGV` and the like, or the empty string. */
  readonly signal: string
}

type OnOutput = (stream: Stream, chunk: Buffer) => void

/**
 * Runs a program to its end in a process group of its own, without a shell. Whatever it started is ended with it, asked
 * first (SIGTERM) and killed after half a second; without a mark, a daemon that left both its group and its parents is
 * beyond reach.
 *
 * @throws SilenceError when the signal was aborted before its end
 * @throws NoOutputFilesError when there is no place for the output of what may go on
 * @throws the system's error (`code: ENOENT`, `syscall: spawn …`) when it cannot be started
 */
export async function runProgram(program: Program, signal: AbortSignal, onOutput: OnOutput): Promise<ProgramEnd> {
  if (signal.aborted) throw new SilenceError('the time limit passed before the command was started')
  const files = program.leavesRunning === true ? openOutputFiles(onOutput) : undefined
  try {
    return await follow(program, start(program, files, onOutput), signal)
  } finally {
    files?.finish()
  }
}

function start(program: Program, files: OutputFiles | undefined, onOutput: OnOutput): ChildProcess {
  const [file = '', ...args] = program.argv
  const child = spawn(file, args, {
    cwd: program.cwd,
    env: program.environment,
    detached: true,
    stdio: [program.input === undefined ? 'ignore' : 'pipe', files?.stdout ?? 'pipe', files?.stderr ?? 'pipe'],
  })
  child.stdout?.on('data', (chunk: Buffer) => onOutput('stdout', chunk))
  child.stderr?.on('data', (chunk: Buffer) => onOutput('stderr', chunk))
  // A program need not read its input.
  child.stdin?.on('error', () => {})
  child.stdin?.end(program.input)
  return child
}

async function follow(program: Program, child: ChildProcess, signal: AbortSignal): Promise<ProgramEnd> {
  const closed = once(child, 'close').catch(() => undefined)
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, killedBy) => resolve({ exitCode: code ?? -1, signal: killedBy ?? '' }))
  })
  const family = familyOf(program, child)
  // For an exit in the middle of things (a second Ctrl-C): nothing that was started may live on.
  const killNow = (): void => (family === undefined ? undefined : killFamily(family))
  process.once('exit', killNow)
  let isLeft = false
  try {
    const end = await settledWithin(ended, { signal })
    if (end === undefined) throw new SilenceError('the command was still running at its time limit')
    isLeft = program.leavesRunning === true && end.exitCode === 0
    await settledWithin(closed, { milliseconds: grace / 2 })
    return end
  } finally {
    if (family !== undefined && !isLeft) await endFamily(child, family)
    process.removeListener('exit', killNow)
    // With nothing left of it what it wrote is read to its end; a daemon out of reach may hold the streams open for
    // ever.
    await settledWithin(closed, { milliseconds: signal.aborted ? grace / 10 : 2 * grace })
    child.stdin?.destroy()
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
}

function familyOf({ markedBy, environment }: Program, child: ChildProcess): ProcessFamily | undefined {
  if (child.pid === undefined) return undefined
  return { leader: child.pid, mark: markedBy === undefined ? undefined : `${markedBy}=${environment[markedBy] ?? ''}` }
}
