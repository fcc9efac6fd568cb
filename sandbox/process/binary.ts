import { findProgram } from './needed-programs.mjs'

/**
 * The path of the first installed program of these names.
 *
 * @throws Error when none is: the sandbox asks for all that it needs before it starts anything
 */
export function requireBinary(names: readonly string[]): string {
  const path = findProgram(names)
  if (path === undefined) throw new Error(`${names.join(' or ')} is not installed`)
  return path
}
