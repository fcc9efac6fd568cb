import { SilenceError } from '../base/errors.js'
import { settledWithin } from '../base/time/waiting.js'

/** A program that ends by itself soon, and leaves nothing running. */
interface OneShotProgram {
  readonly argv: readonly [string, ...string[]]
  /** Without it, where this process is. */
  readonly cwd?: string
  /** All that it sees of the environment; `undefined` is left out. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What it reads from standard input; nothing without it. */
  readonly input?: Uint8Array | undefined
  /** Milliseconds after which it is killed. */
  readonly limit: number
  /** Bytes of its output or its complaints after which it is killed. */
  readonly mostOutput?: number
}

/** How a one-shot program ended. */
interface OneShotEnd {
  /** -1 where a signal ended it. */
  readonly exitCode: number
  readonly stdout: Buffer
  readonly stderr: Buffer
  /** It was cut off because it wrote more than it may; its exit code says nothing then. */
  readonly wroteTooMuch: boolean
}

/**
 * Runs a program of the system to its end, without a shell, and keeps what it writes. For programs that start no others
 * (git, ssh-keygen, id): only the program itself is killed. What users name runs in `runProgram`, with a process group
 * that ends as a whole.
 *
 * @throws SilenceError when the time is over or the signal is aborted first, at once, even if its output is still held
 *   open
 * @throws the system's error (`code: ENOENT`) when it cannot be started
 */
export async function runOneShot(program: OneShotProgram, signal?: AbortSignal): Promise<OneShotEnd> {
  if (signal?.aborted === true) throw new SilenceError('the time limit passed before the command was started')
  const { execa } = await import('execa')
  const { argv, cwd, environment, input, limit, mostOutput = 16 * 1024 * 1024 } = program
  const [file, ...args] = argv
  const running = execa(file, args, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    extendEnv: false,
    env: environment,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: mostOutput,
    reject: false,
  })
  const result = await settledWithin(running, { milliseconds: limit, ...(signal === undefined ? {} : { signal }) })
  if (result === undefined) {
    running.kill('SIGKILL')
    running.stdout.destroy()
    running.stderr.destroy()
    throw new SilenceError(`${file} was still running at its time limit`)
  }
  if (result.exitCode === undefined && !result.isTerminated && !result.isMaxBuffer) throw result.cause
  return {
    exitCode: result.exitCode ?? -1,
    stdout: Buffer.from(result.stdout),
    stderr: Buffer.from(result.stderr),
    wroteTooMuch: result.isMaxBuffer,
  }
}
