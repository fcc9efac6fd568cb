import type { FilledPlace } from '../../definition/runbook-definition.js'
import { NotPerformedError } from '../../definition/step-kind.js'
import { isFilled, isFilledFromStart } from '../effect/filled.js'
import type { RunRequest } from './run-input.js'

/**
 * A value that begins with `-` would be read as an option by the program that gets it: `--output=/etc/passwd` for a
 * file name. It is let
 * through where the author has ended the options with a `--` of their own.
 *
 * @throws NotPerformedError that names the place, not the value
 */
export function refuseOptions({ words }: RunRequest, filled: readonly FilledPlace[]): void {
  for (const [index, value] of words.values.entries()) {
    const path = [...words.path, index]
    if (value === '--' && !isFilled(filled, path)) return
    if (!value.startsWith('-') || !isFilledFromStart(filled, path)) continue
    const place = `${words.path.join('.')}[${index}]`
    throw new NotPerformedError(
      `${place}: the value that an expression gives here begins with a dash and would be taken for an option; put -- before it where the program knows that`,
    )
  }
}
