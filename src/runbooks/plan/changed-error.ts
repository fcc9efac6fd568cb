import { PreflightError } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'

/** What is to be run differs from what was planned, or from what the run was started with. Exit 26. */
export class ChangedError extends PreflightError {
  override readonly name = 'ChangedError'
  constructor(message: string, hint: string) {
    super('changed', exitCodes.changed, message, { hint })
  }
}
