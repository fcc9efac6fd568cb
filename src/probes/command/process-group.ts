import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { codeOf, SilenceError } from '../../kernel/errors.js'
import { processesOf, type ProcessRow } from './process-table.js'

/** How long a process that was asked to end may take before it is killed, in milliseconds. */
const grace = 500

export interface Program {
  /** The program first. */
  readonly argv: readonly string[]
  readonly cwd: string
  /** All of its environment: nothing of ours is added. */
  readonly environment: Readonly<Record<string, string>>
}

export interface ProgramEnd {
  /** -1 when a signal ended it. */
  readonly exitCode: number
  /** `SIGSEGV` and the like, or the empty string. */
  readonly signal: string
}

/**
 * Runs a program to its end in a process group of its own, with no input and no shell. Whatever it started is ended with
 * it, asked first (SIGTERM) and killed after half a second; a daemon that left both its group and its parents is beyond reach.
 *
 * @throws SilenceError when the signal was aborted before its end
 * @throws the system's error (`code: ENOENT` …) when it cannot be started
 */
export async function runProgram(program: Program, signal: AbortSignal, onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void): Promise<ProgramEnd> {
  if (signal.aborted) throw new SilenceError('the time limit passed before the command was started')
  const [file = '', ...args] = program.argv
  const child = spawn(file, args, { cwd: program.cwd, env: program.environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.on('data', (chunk: Buffer) => onOutput('stdout', chunk))
  child.stderr.on('data', (chunk: Buffer) => onOutput('stderr', chunk))
  const closed = once(child, 'close').catch(() => undefined)
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, killedBy) => resolve({ exitCode: code ?? -1, signal: killedBy ?? '' }))
  })
  // For an exit in the middle of things (a second Ctrl-C): nothing that was started may live on.
  const killNow = (): void => killGroup(child)
  process.once('exit', killNow)
  try {
    const end = await orAborted(ended, signal)
    if (end === undefined) throw new SilenceError('the command was still running at its time limit')
    await settledWithin(grace / 2, closed)
    return end
  } finally {
    await endGroup(child)
    process.removeListener('exit', killNow)
    // With nothing left of it what it wrote is read to its end; a daemon out of reach may hold the streams open for ever.
    await settledWithin(signal.aborted ? grace / 10 : 2 * grace, closed)
    child.stdout.destroy()
    child.stderr.destroy()
  }
}

async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  const listening = new AbortController()
  const aborted = once(signal, 'abort', { signal: listening.signal }).then(() => undefined, () => undefined)
  try {
    return await Promise.race([promise, aborted])
  } finally {
    listening.abort()
  }
}

/** Waits for a promise, but no longer than this many milliseconds. No timer outlives it. */
async function settledWithin(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const timer = new AbortController()
  try {
    await Promise.race([promise, wait(milliseconds, undefined, { signal: timer.signal })])
  } finally {
    timer.abort()
  }
}

/** Ends what is left of a program: its group and session, and those below it that made ones of their own. */
async function endGroup(child: ChildProcess): Promise<void> {
  const leader = child.pid
  if (leader === undefined) return
  let left = processesOf(leader, [])
  if (left.length === 0 && hasEnded(child)) return
  signalAll(leader, left, 'SIGTERM')
  for (let waited = 0; waited < grace && (left.length > 0 || !hasEnded(child)); waited += 25) {
    await wait(25)
    left = processesOf(leader, left)
  }
  if (left.length > 0 || !hasEnded(child)) signalAll(leader, left, 'SIGKILL')
  if (!hasEnded(child)) await settledWithin(grace, once(child, 'exit'))
}

function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) signalAll(child.pid, processesOf(child.pid, []), 'SIGKILL')
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

function signalAll(leader: number, processes: readonly ProcessRow[], signal: NodeJS.Signals): void {
  for (const target of [-leader, ...processes.map(({ pid }) => pid)]) {
    try {
      process.kill(target, signal)
    } catch (error) {
      // Ended meanwhile, or run by another user through setuid, which no signal of ours can end.
      if (!['ESRCH', 'EPERM'].includes(codeOf(error))) throw error
    }
  }
}
