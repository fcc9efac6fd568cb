import { OutputError, messageOf } from '../base/errors.js'
import { neutralise, withoutLogCommands } from '../base/text/terminal-text.js'
import { Chalk } from 'chalk'
import { hasColour, widthOf, isLive } from './terminal.js'
import { fitToScreen } from '../base/text/fit-to-screen.js'
import { wrap, type TextStyle } from '../base/text/text-style.js'
import type { ReportDetail } from '../checks/result/reporter.js'
import type { RunTerminal } from '../checks/run-options.js'
import { surrounding } from '../base/own-environment.js'

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
