import { counted } from '../base/text/wording.js'
import { Errors } from '@oclif/core'
import { Chalk, type ChalkInstance } from 'chalk'
import { errorRedactor } from '../redaction/error-redactor.js'
import {
  PreflightError,
  shortageOf,
  exitCodes,
  type ExitCode,
  DefinitionsError,
  formatPosition,
  type Diagnostic,
} from '../base/errors.js'
import { neutralise, withoutLogCommands } from '../base/text/terminal-text.js'
import type { SerialisedError } from '../redaction/redact.js'
import { surrounding } from '../base/own-environment.js'
import { commandLineProblem, withoutParserWords } from './parse-error.js'
import { hasColour, widthOf } from './terminal.js'
import { onScreen } from './base-command.js'
import { MissingInputsError } from '../checks/missing-inputs.js'
import { missingInputsText } from '../checks/text/missing-inputs-text.js'
import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { join } from 'node:path'
import { packageRoot } from '../base/package.js'

/**
 * Says on standard error what went wrong and what to do, and gives the exit code for it. Nothing but our own errors and
 * oclif's parse errors shows its message: what an unexpected error quotes is not known to be free of secrets.
 */
export function reportError(error: unknown, commands: readonly string[]): ExitCode {
  const chalk = new Chalk({ level: hasColour(process.stderr) ? 1 : 0 })
  const say = (text: string): void =>
    void process.stderr.write(`${onScreen(withoutLogCommands(text), process.stderr)}\n`)

  if (error instanceof MissingInputsError) {
    say(missingInputsText(error, { chalk, width: widthOf(process.stderr) }))
    return error.exitCode
  }
  if (error instanceof DefinitionsError) {
    say(formatDiagnostics(error.diagnostics, chalk))
    return error.exitCode
  }
  if (error instanceof PreflightError) {
    say(`${chalk.red('Error:')} ${neutralise(withoutParserWords(error.message), { keepNewlines: true })}`)
    if (error.hint !== undefined) say(`${chalk.cyan('Hint:')}  ${neutralise(error.hint, { keepNewlines: true })}`)
    return error.exitCode
  }
  const shortage = shortageOf(error)
  if (shortage !== undefined) {
    say(`${chalk.red('Error:')} ${shortage}; there is no verdict`)
    return exitCodes.usage
  }
  if (error instanceof Errors.ExitError) return error.oclif.exit as ExitCode
  if (error instanceof Errors.CLIError) {
    const { message, hint } = commandLineProblem(error, commands)
    say(`${chalk.red('Error:')} ${neutralise(message)}`)
    if (hint !== undefined) say(`${chalk.cyan('Hint:')}  ${neutralise(hint)}`)
    return exitCodes.usage
  }
  say(
    `${chalk.red('Internal error:')} ${error instanceof Error ? error.name : 'unknown'}; this is a bug in preflight; there is no verdict`,
  )
  say(surrounding('DEBUG') !== undefined ? detailOf(error) : 'Set DEBUG=1 to see the stack.')
  return exitCodes.internal
}

/** The stack and its causes, with what is secret taken out as far as it is known yet. */
function detailOf(thrown: unknown): string {
  const lines: string[] = []
  for (let error: SerialisedError | undefined = errorRedactor().error(thrown); error !== undefined; error = error.cause)
    lines.push(error.stack ?? `${error.name}: ${error.message}`)
  return neutralise(withSourcePositions(lines.join('\ncaused by ')), { keepNewlines: true })
}

/** Every problem on a line of its own, as editors understand them: `file:line:col: message`, its hint below. */
function formatDiagnostics(diagnostics: readonly Diagnostic[], chalk: ChalkInstance): string {
  const lines = diagnostics.flatMap((diagnostic) => [
    `${chalk.bold(neutralise(formatPosition(diagnostic.position)))}: ${chalk.red('error')}: ${neutralise(diagnostic.message)} ${chalk.dim(`[${diagnostic.code}]`)}`,
    ...(diagnostic.hint === undefined ? [] : [`  ${chalk.cyan('hint:')} ${neutralise(diagnostic.hint)}`]),
  ])
  lines.push(`${counted(diagnostics.length, 'problem')}; nothing was run`)
  return lines.join('\n')
}

/** A place in the bundle, as the frames of a stack name it. */
const place = /[^\s(]*dist\/preflight\.cjs:(\d+):(\d+)/g

/** The same stack with the files and lines of the sources where it names the bundle and the build has its map. */
export function withSourcePositions(stack: string): string {
  if (stack.search(place) < 0) return stack
  const map = readMap()
  return stack.replace(place, (found, line: string, column: string) => {
    const entry = map?.findEntry(Number(line) - 1, Number(column) - 1)
    return entry === undefined || !('originalSource' in entry)
      ? found
      : `${join('dist', entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
  })
}

function readMap(): SourceMap | undefined {
  try {
    const text = readFileSync(new URL('dist/preflight.cjs.map', packageRoot), 'utf8')
    return new SourceMap(JSON.parse(text) as SourceMapPayload)
  } catch {
    // What is being reported matters more than where it was written.
    return undefined
  }
}
