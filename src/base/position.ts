import { counted } from './text/noun-phrase.js'
import { PreflightError } from './errors.js'
import { exitCodes } from './exit-codes.js'

/** A place in a file; line and column count from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A problem in a definition, configuration or environment file. Never quotes a value that may be secret. */
export interface Diagnostic {
  readonly position: Position
  /** A stable, kebab-case code: `unknown-key`, `duplicate-id`, `expression`, … */
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** `file:line:col`, the form editors and terminals understand; without a line the file, such as `command line`. */
export function formatPosition({ file, line, column }: Position): string {
  return line < 1 ? file : `${file}:${line}:${column}`
}

/** Definitions, configuration or inputs are invalid: exit 3, with every problem that was found. */
export class DefinitionsError extends PreflightError {
  override readonly name = 'DefinitionsError'

  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super('invalid', exitCodes.invalid, `${counted(diagnostics.length, 'problem')} in the definitions`)
  }
}
