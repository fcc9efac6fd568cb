import { z } from 'zod'
import { textWithoutNul } from '../base/text/terminal-text.js'
import { literalOf } from '../base/vocabulary.js'

/** Words of a command line. */
const programWords = () => z.array(textWithoutNul()).max(1000)

/** A program and its arguments, among the inputs of whatever kind runs one. */
export const programArgv = () =>
  programWords()
    .min(1)
    .refine(([program]) => program !== '', 'expected a program as the first word')

/** A script, among the inputs of whatever kind runs one. */
export const shellScript = () =>
  literalOf().describe(
    'a script for bash -euo pipefail: it ends at the first command that fails, also in a pipe. It cannot contain expressions',
  )

export const shellArguments = () => programWords().describe('the arguments "$1", "$2" … of the script: put values here')

/** The name that a script sees as "$0". */
const scriptName = 'preflight'

/** What the system is given to run a script. */
export function shellArgv(script: string, given: readonly string[]): readonly [string, ...string[]] {
  return ['bash', '-euo', 'pipefail', '-c', script, scriptName, ...given]
}
