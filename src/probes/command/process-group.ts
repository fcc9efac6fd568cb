import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { SilenceError } from '../../kernel/errors.js'
import { isRunning, processesBelow, type ProcessIdentity } from './process-table.js'

/** How long a process that was asked to end may take before it is killed, in milliseconds. */
const grace = 500

export interface Program {
  readonly argv: readonly [string, ...string[]]
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
  const [file, ...args] = program.argv
  const child = spawn(file, args, { cwd: program.cwd, env: program.environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.on('data', (chunk: Buffer) => onOutput('stdout', chunk))
  child.stderr.on('data', (chunk: Buffer) => onOutput('stderr', chunk))
  const closed = once(child, 'close').catch(() => undefined)
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, killedBy) => resolve({ exitCode: code ?? -1, signal: killedBy ?? '' }))
  })
  try {
    const end = await orAborted(ended, signal)
    if (end === undefined) throw new SilenceError('the command was still running at its time limit')
    await Promise.race([closed, wait(grace / 2)])
    return end
  } finally {
    await endGroup(child)
    // A process out of reach may hold them open for ever.
    await Promise.race([closed, wait(grace / 10)])
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

/** Ends what is left of a program: its group, and those below it that made a group of their own. */
async function endGroup(child: ChildProcess): Promise<void> {
  const leader = child.pid
  if (leader === undefined) return
  const members = processesBelow(leader)
  const anyLeft = (): boolean => isRunning(child, leader) || members.some((member) => member.isSame())
  if (!anyLeft() && !signalGroup(leader, 0)) return
  signalAll(leader, members, 'SIGTERM')
  for (let waited = 0; waited < grace && (anyLeft() || signalGroup(leader, 0)); waited += 20) await wait(20)
  signalAll(leader, [...members, ...processesBelow(leader)], 'SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await Promise.race([once(child, 'exit'), wait(grace)])
}
