import { counted } from '../base/text/noun-phrase.js'
import { Errors } from '@oclif/core'
import { Chalk, type ChalkInstance } from 'chalk'
import { errorRedactor } from '../redaction/error-redactor.js'
import { PreflightError, shortageOf } from '../base/errors.js'
import { exitCodes, type ExitCode } from '../base/exit-codes.js'
import { neutralise, withoutLogCommands } from '../base/text/terminal-text.js'
import type { SerialisedError } from '../redaction/redact.js'
import { surrounding } from '../base/own-environment.js'
import { DefinitionsError, formatPosition, type Diagnostic } from '../base/position.js'
import { commandLineProblem, withoutParserWords } from './parse-error.js'
import { withSourcePositions } from './source-positions.js'
import { hasColour, widthOf } from './terminal.js'
import { onScreen } from './write-output.js'
import { MissingInputsError } from '../checks/missing-inputs.js'
import { missingInputsText } from '../checks/text/missing-inputs-text.js'

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
