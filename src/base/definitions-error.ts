import { PreflightError } from './errors.js'
import { exitCodes } from './exit-codes.js'
import type { Diagnostic } from './position.js'

/** Definitions, configuration or inputs are invalid: exit 3, with every problem that was found. */
export class DefinitionsError extends PreflightError {
  override readonly name = 'DefinitionsError'

  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(
      'invalid',
      exitCodes.invalid,
      `${diagnostics.length} problem${diagnostics.length === 1 ? '' : 's'} in the definitions`,
    )
  }
}
