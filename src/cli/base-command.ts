import { Command } from '@oclif/core'
import { PreflightError, exitCodes, type ExitCode, OutputError, messageOf } from '../base/errors.js'
import { neutralise, withoutLogCommands, wrap, type TextStyle } from '../base/text/terminal-text.js'
import { Chalk } from 'chalk'
import { hasColour, widthOf, isLive } from './terminal.js'
import { fitToScreen } from '../base/text/fit-to-screen.js'
import type { ReportDetail } from '../checks/result/reporter.js'
import type { RunTerminal } from '../checks/run-options.js'
import { surrounding } from '../base/own-environment.js'

/** What every command shares: cancellation by signal, and an exit code instead of an exit in the middle of things. */
export abstract class BaseCommand extends Command {
  protected interruption!: Interruption

  protected override async init(): Promise<void> {
    await super.init()
    this.interruption = listenForInterruption()
  }

  /** What a signal cut off, a question too, is not an error of its own: the exit code is the signal's. */
  protected override async catch(error: Error): Promise<void> {
    // Missing where the start itself failed.
    const interruption = this.interruption as Interruption | undefined
    const exitCode = interruption?.exitCode()
    const isCutOff =
      error === interruption?.signal.reason || (error instanceof PreflightError && error.code === 'unanswered')
    if (exitCode === undefined || !isCutOff) throw error
    process.exitCode = exitCode
  }

  /** The signal's exit code when one came, else the given one. */
  protected finish(exitCode: number): void {
    process.exitCode = this.interruption.exitCode() ?? exitCode
  }

  /**
   * The given exit code, which is that of what was written already: a signal that came only then does not change it.
   */
  protected finishAsWritten(exitCode: number): void {
    process.exitCode = exitCode
  }
}

const signalCodes = { SIGHUP: exitCodes.hangup, SIGINT: exitCodes.interrupt, SIGTERM: exitCodes.terminate } as const

type HandledSignal = keyof typeof signalCodes

interface Interruption {
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

/**
 * Writes a report to standard output and waits until it is handed over.
 *
 * @throws OutputError (exit 74) when the pipe is closed or the disk is full: a report that cannot be read is not
 *   success
 */
export async function writeReport(
  text: string | Uint8Array,
  stream: NodeJS.WritableStream = process.stdout,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(new OutputError(`the report could not be written: ${messageOf(error)}`, { cause: error }))
    stream.once('error', fail)
    stream.write(text, (error) => {
      if (error !== null && error !== undefined) {
        fail(error)
        return
      }
      stream.removeListener('error', fail)
      resolve()
    })
  })
}

/**
 * A page for a person, as the screen has room for it. Where nothing is a screen, in a pipe or a file, lines stay whole.
 */
export function onScreen(text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return stream.isTTY ? fitToScreen(text, Math.max(leastColumns, stream.columns || 80)) : text
}

/** Below this, broken lines are harder to read than what the terminal makes of them. */
const leastColumns = 20

/** A line on standard error, beside the report. */
export function warn(text: string): void {
  process.stderr.write(`${onScreen(withoutLogCommands(neutralise(text)), process.stderr)}\n`)
}

/** A line for a person, on standard error. */
export function announce(text: string): void {
  const line = `sandbox: ${text}`
  process.stderr.write(`${process.stderr.isTTY ? wrap(line, widthOf(process.stderr)) : line}\n`)
}

export function textStyle(): TextStyle {
  return { chalk: new Chalk({ level: hasColour(process.stdout) ? 1 : 0 }), width: widthOf(process.stdout) }
}

/** The same for standard error, beside a report. */
export function progressStyle(): TextStyle {
  return { chalk: new Chalk({ level: hasColour(process.stderr) ? 1 : 0 }), width: widthOf(process.stderr) }
}

/**
 * Where a run shows itself: the report on standard output, progress on standard error.
 *
 * @param stream another place for the report
 */
export function runTerminal(
  isPlain: boolean,
  detail: ReportDetail = 'usual',
  stream: NodeJS.WriteStream = process.stdout,
): RunTerminal {
  return {
    writeReport: (text) => writeReport(text, stream),
    reportStyle: { colour: hasColour(stream), width: widthOf(stream), detail },
    stepSummary: surrounding('GITHUB_STEP_SUMMARY') || undefined,
    progress: process.stderr,
    progressMode: !isPlain && isLive(process.stderr) ? 'live' : 'plain',
    progressColour: hasColour(process.stderr),
    warn,
    atExit(callback) {
      process.once('exit', callback)
      return () => process.removeListener('exit', callback)
    },
  }
}

/** The same beside a program that has standard output; progress only where it can be redrawn, or is asked for. */
export function quietTerminal(isPlain: boolean, detail: ReportDetail = 'usual'): RunTerminal {
  const terminal = { ...runTerminal(isPlain, detail, process.stderr), isOneStream: true }
  return isPlain || terminal.progressMode === 'live' ? terminal : { ...terminal, progressMode: 'silent' }
}
