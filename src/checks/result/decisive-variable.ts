import type { Outcome } from '../outcome.js'

/**
 * The one variable a check that is not green stands or falls with. A line that has nothing to do with the failure is
 * worse
 * than none, so of several variables only the one that the outcome itself speaks of is taken.
 *
 * @param variables what the check reads
 * @param isPlaced whether it is known where a variable was set
 * @returns its name, or `undefined` when there is not exactly one
 */
export function decisiveVariable(
  variables: readonly string[],
  outcome: Outcome,
  isPlaced: (variable: string) => boolean,
): string | undefined {
  const placed = variables.filter(isPlaced)
  if (variables.length === 1) return placed[0]
  const observed = only(placed.filter((variable) => outcome.facts['name'] === variable))
  return observed ?? only(placed.filter((variable) => isSpokenOf(variable, outcome)))
}

function isSpokenOf(variable: string, { message, failedExpectations }: Outcome): boolean {
  const paths = failedExpectations.flatMap(({ values }) => Object.keys(values))
  if (paths.some((path) => path === `vars.${variable}` || path === `env.${variable}`)) return true
  return [message, ...failedExpectations.map((expectation) => expectation.message)].some((text) =>
    text.split(/\W+/).includes(variable),
  )
}

function only(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined
}
