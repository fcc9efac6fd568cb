import type { TestedVariable } from '../environment.js'
import type { Diagnostic } from '../../base/position.js'

/**
 * Linux starts no process with a longer text among its arguments or variables (MAX_ARG_STRLEN of execve(2)): in bytes,
 * with the name, the `=` and the NUL at its end.
 */
const longestVariable = 131_072

/** The variables that no process can be started with, each with its place. */
export function oversized(variables: readonly (readonly [string, TestedVariable])[]): readonly Diagnostic[] {
  return variables.flatMap(([name, { value, origin }]) => {
    if (Buffer.byteLength(name) + Buffer.byteLength(value.reveal()) + 2 <= longestVariable) return []
    return [
      {
        position: { file: origin.source, line: Math.max(1, origin.line), column: 1 },
        code: 'value-too-long',
        message: `${name} is over 128 KiB, and Linux starts no process with it`,
        hint: 'put the value in a file, and its name in the variable',
      },
    ]
  })
}
