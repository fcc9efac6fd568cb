/**
 * How a variable is called whose name may be a piece of a secret: a password with a dollar sign that nobody doubled
 * names one.
 */
export const anotherVariable = 'another variable'

/**
 * How a variable is called that stands in braces or brackets, as no password by accident does where the name is written
 * as names are.
 */
export function variableWording(name: string): string {
  return /^[A-Z_][A-Z0-9_]{0,99}$/.test(name) ? name : anotherVariable
}
