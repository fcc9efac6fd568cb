// First, before any library is loaded.
import '../base/own-environment.js'
import { run } from '@oclif/core'
import { exitCodes, type ExitCode } from '../base/exit-codes.js'
import { handOverStray } from '../base/stray-errors.js'
import { loadConfig } from './load-config.js'

/**
 * Runs the program: a bare `preflight` (or one that begins with a flag) is `preflight run`, every error becomes an exit
 * code of ours, and the process ends even where a probe left something open.
 */
export async function start(): Promise<void> {
  process.exitCode = exitCodes.go
  // A closed pipe or a full disk shows as an error of the write that found it. oclif's own listener throws it once
  // more, past every handler, and without any Node would crash: both end with exit code 1.
  process.stdout.removeAllListeners('error')
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
  // Its default is to kill: with a listener, a write beyond the file size limit fails with EFBIG and is reported like a
  // full disk.
  process.on('SIGXFSZ', () => undefined)
  // An error that no handler of a probe catches ends that check. One that belongs to no check must not look like a
  // failed check (Node's own exit code is 1), and the command must not end as if nothing had happened while that error
  // is being reported.
  let hasStrayed = false as boolean
  const onStray = (error: unknown): void => {
    if (hasStrayed || handOverStray(error)) return
    hasStrayed = true
    void report(error, [])
      .catch(() => exitCodes.internal)
      .then((code) => process.exit(code))
  }
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    // Those of the starting script, for failures while modules were loaded.
    process.removeAllListeners(event)
    process.on(event, onStray)
  }
  await runCommandLine(process.argv.slice(2))
  if (!hasStrayed) process.exit()
}

/**
 * Carries out one command line in this process, and leaves its exit code in `process.exitCode`. Writes to the standard
 * streams; signals are listened to from then on. Never throws.
 *
 * @param argv the arguments of the program
 */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  let commands: readonly string[] = []
  try {
    const config = await loadConfig()
    commands = config.commandIDs.map((id) => id.replaceAll(':', ' '))
    await run(withDefaultCommand(argv), config)
  } catch (error) {
    process.exitCode = await report(error, commands)
  }
}

/** What says what went wrong is loaded when something did. */
async function report(error: unknown, commands: readonly string[]): Promise<ExitCode> {
  const { reportError } = await import('./report-error.js')
  return reportError(error, commands)
}

const topLevelFlags = new Set(['--help', '-h', '--version', '-v'])

/** `preflight` and `preflight --profile staging` mean `preflight run`; `preflight help run` means `run --help`. */
export function withDefaultCommand(argv: readonly string[]): string[] {
  const [first] = argv
  if (first === undefined) return ['run']
  if (first === 'help') return [...argv.slice(1).filter((word) => !word.startsWith('-')), '--help']
  return first.startsWith('-') && !topLevelFlags.has(first) ? ['run', ...argv] : [...argv]
}

const signalCodes = { SIGHUP: exitCodes.hangup, SIGINT: exitCodes.interrupt, SIGTERM: exitCodes.terminate } as const

type HandledSignal = keyof typeof signalCodes

export interface Interruption {
  readonly signal: AbortSignal
  /** The exit code of the signal that came, if one did. */
  exitCode(): ExitCode | undefined
  /** Stops listening: from then on a signal is what it is without this. */
  release(): void
}

/**
 * Turns the first SIGINT, SIGTERM or SIGHUP into a cancellation that lets everything be put down in order; a second one
 * ends the process at once, with that signal's exit code. It listens until the process ends, unless it is released: a
 * signal between the last file and the exit must not kill what is done.
 */
export function listenForInterruption(): Interruption {
  const controller = new AbortController()
  let code: ExitCode | undefined
  const onSignal = (name: HandledSignal): void => {
    if (code !== undefined) process.exit(signalCodes[name])
    code = signalCodes[name]
    controller.abort(new Error(`interrupted by ${name}`))
  }
  const names = Object.keys(signalCodes) as HandledSignal[]
  for (const name of names) process.on(name, onSignal)
  return {
    signal: controller.signal,
    exitCode: () => code,
    release() {
      for (const name of names) process.removeListener(name, onSignal)
    },
  }
}

/** Settles at the first signal; keeps the process alive until then. */
export function untilInterrupted({ signal }: Interruption): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => undefined, 60_000)
    const end = (): void => {
      clearInterval(alive)
      resolve()
    }
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
