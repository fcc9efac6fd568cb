import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from './account.js'
import { findProgram } from './needed-programs.mjs'
import { removeAtExit } from './leftovers.js'
import { isAlive, processState, processTree, signalTree } from './process-tree.js'

interface OwnedProcessOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly folder: string
  /** Where stdout and stderr go; truncated at the start. */
  readonly logFile: string
  readonly environment?: Readonly<Record<string, string>>
  readonly account?: Account | undefined
}

/** A process of ours, leader of its own group, with whatever it forks. */
export interface OwnedProcess {
  readonly pid: number
  /** All it has written so far. */
  output(): string
  isRunning(): boolean
  /** Settles with the exit code (null after a signal) when the process itself has ended. */
  readonly ended: Promise<number | null>
  /** SIGSTOP to the whole tree; settles when every process in it has stopped. */
  pause(): Promise<void>
  /** SIGCONT to the whole tree. */
  resume(): void
  /** Ends the whole tree: the signal first, SIGKILL after `graceMs`. Settles when nothing of it is left. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>
}

/** With setpriv at hand the kernel ends the process should we be killed without a chance to clean up. */
function dyingWithParent(command: string, args: readonly string[], account: Account | undefined): [string, string[]] {
  const setpriv = findProgram(['setpriv'])
  if (setpriv === undefined) return [command, [...args]]
  const identity = account === undefined ? [] : [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups']
  return [setpriv, [...identity, '--pdeathsig=KILL', '--', command, ...args]]
}

async function allGone(pids: readonly number[], withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (pids.some((pid) => isAlive(pid))) {
    if (Date.now() > deadline) return false
    await sleep(5)
  }
  return true
}

async function allStopped(pids: readonly number[], withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (pids.some((pid) => isAlive(pid) && processState(pid) !== 'T')) {
    if (Date.now() > deadline) return false
    await sleep(2)
  }
  return true
}

/** Starts a process in a group of its own. Throws what spawn throws. */
export async function startOwnedProcess(options: OwnedProcessOptions): Promise<OwnedProcess> {
  const log = openSync(options.logFile, 'w', 0o644)
  const [command, args] = dyingWithParent(options.command, options.args, options.account)
  const needsIdentity = options.account !== undefined && command === options.command
  const child = spawn(command, args, {
    cwd: options.folder,
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', ...options.environment },
    ...(needsIdentity ? options.account : {}),
  })
  closeSync(log)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${options.command} did not start`)
  let isRunning = true
  const forget = removeAtExit(() => signalTree(pid, 'SIGKILL'))
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      isRunning = false
      forget()
      resolve(code)
    })
  })
  child.unref()

  return {
    pid,
    ended,
    output: () => readFileSync(options.logFile, 'utf8'),
    isRunning: () => isRunning,
    async pause() {
      // A process whose child was made by vfork(2) cannot stop before that child is another program, and a child that
      // was stopped earlier never becomes one: it goes on for a moment, and all are stopped again.
      while (!(await allStopped(signalTree(pid, 'SIGSTOP'), 200))) {
        signalTree(pid, 'SIGCONT')
        await sleep(20)
      }
    },
    resume() {
      signalTree(pid, 'SIGCONT')
    },
    async stop(signal = 'SIGTERM', graceMs = 2000) {
      const tree = processTree(pid)
      child.ref()
      if (isRunning) {
        process.kill(pid, signal)
        signalTree(pid, 'SIGCONT')
        if (signal === 'SIGKILL' || !(await allGone(tree, graceMs)))
          for (const left of tree) signalTree(left, 'SIGKILL')
      }
      if (!(await allGone(tree, 5000))) throw new Error(`process ${pid} could not be stopped`)
      if (isRunning) await ended
    },
  }
}
