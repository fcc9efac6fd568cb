import type { Concealed, Probe } from '../../engine/probe.js'

/**
 * The facts that say nothing where a runbook waits for a probe: no pack stands behind a runbook, so nothing declares a
 * variable public or how it is read.
 *
 * @param input as far as it is known
 */
export function concealedInWait(probe: Probe, input: unknown): Concealed {
  const reason =
    'a runbook declares no variables, so a wait is shown no value: wait for facts.set, or judge the value with a step of kind check, by a check whose pack declares the variable public'
  return Object.fromEntries(Object.keys(probe.concealed?.(input, {}, {}) ?? {}).map((fact) => [fact, reason]))
}
