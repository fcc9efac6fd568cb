import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { codeOf, UsageError } from '../../base/errors.js'
import { settledWithin } from '../../base/time/waiting.js'
import type { ProgramEnd } from '../process-group.js'
import type { ProgramToStart } from './program-to-start.js'

/** A program that has this process's streams, its terminal and its signals. */
export interface ProgramInFront {
  /** Settles when it runs. @throws UsageError when it could not be started */
  readonly started: Promise<void>
  /** How it ended. */
  readonly ended: Promise<ProgramEnd>
  /** Ends it: asked first (SIGTERM), and killed after so many milliseconds. */
  stop(grace: number): Promise<void>
}

/** What another process may want to say to the program. The others are about this process, or cannot be caught. */
const passedOn: readonly NodeJS.Signals[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGCONT',
  'SIGWINCH',
  'SIGPWR',
]

/** What a terminal sends to every process of its foreground. */
const fromTerminal: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT', 'SIGWINCH'])

/**
 * Starts a program as this process's child and passes on the signals that come, until it ends. It stays in the same
 * process group: it can read from the terminal, and job control stops and continues both.
 *
 * Where util-linux has `setpriv`, the program gets SIGTERM when this process is killed.
 */
export function runInFront({ argv, environment, file, word }: ProgramToStart): ProgramInFront {
  const [, ...args] = argv
  const setpriv = workingSetpriv()
  const [first, words, name] =
    setpriv === undefined ? [file, args, argv[0]] : [setpriv, ['--pdeathsig', 'TERM', '--', word, ...args], setpriv]
  const child = spawn(first, words, {
    argv0: name,
    // Node adds this one of its own environment where it is left out.
    env: { NODE_V8_COVERAGE: undefined, ...environment },
    stdio: 'inherit',
  })
  const stopPassing = passSignalsTo(child)
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.once('error', (error) => reject(new UsageError(`${argv[0]} could not be started (${codeOf(error)})`)))
    child.once('exit', (code, signal) => resolve({ exitCode: code ?? -1, signal: signal ?? '' }))
  }).finally(stopPassing)
  const spawned = new Promise<void>((resolve) => void child.once('spawn', resolve))
  return {
    started: Promise.race([spawned, ended.then(() => undefined)]),
    ended,
    async stop(grace) {
      child.kill('SIGTERM')
      if ((await settledWithin(ended, { milliseconds: grace })) !== undefined) return
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** @returns stops it */
function passSignalsTo(child: ChildProcess): () => void {
  const pass = (signal: NodeJS.Signals): void => {
    if (fromTerminal.has(signal) && isInForeground()) return
    child.kill(signal)
  }
  const signals = passedOn.filter((signal) => Object.hasOwn(constants.signals, signal))
  for (const signal of signals) process.on(signal, pass)
  return () => {
    for (const signal of signals) process.removeListener(signal, pass)
  }
}

/**
 * Whether this process's group is the one that its terminal sends signals to, from `/proc/PID/stat` (proc(5)): the
 * program has got it then.
 */
function isInForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1')
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return group === foreground
  } catch {
    return false
  }
}

/** BusyBox has one that does not know this option. */
function workingSetpriv(): string | undefined {
  return ['/usr/bin/setpriv', '/bin/setpriv'].find(
    (file) => spawnSync(file, ['--pdeathsig', 'TERM', '--version'], { env: {}, stdio: 'ignore' }).status === 0,
  )
}

/**
 * Ends this process as a program of its ended: by the same signal, for what looks at that. Process 1 of a container
 * cannot be ended so.
 *
 * @returns the exit code where a signal does not say it
 */
export function endLike({ exitCode, signal }: ProgramEnd): number {
  if (signal === '') return exitCode
  const name = signal as NodeJS.Signals
  if (name !== 'SIGKILL') {
    // With the last listener goes what Node does with the signal: SIGPIPE is ignored no more.
    process.on(name, () => undefined)
    process.removeAllListeners(name)
  }
  process.kill(process.pid, name)
  return 128 + constants.signals[name]
}
