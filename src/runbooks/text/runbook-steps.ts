import type { StepDefinition } from '../definition/runbook-definition.js'

/** Steps and the steps of their alternatives, in the order of the file. Those of included runbooks belong to those. */
export function allSteps(steps: readonly StepDefinition[]): readonly StepDefinition[] {
  return steps.flatMap((step) => [step, ...step.alternatives.flatMap((alternative) => allSteps(alternative.steps))])
}
