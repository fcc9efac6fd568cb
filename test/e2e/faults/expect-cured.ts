import { expect } from 'vitest'
import { type Cure, type Treatment, variablesOf, wordsOf } from '../../../sandbox/faults/cure.js'
import type { Fault } from '../../../sandbox/faults/fault.js'
import type { CheckResult } from '../../../src/checks/result/report.js'
import { capturedRun } from '../captured-run.js'

/**
 * Takes the cure, and runs the check that caught the fault again, alone: it is green, or has nothing to judge any more.
 */
export async function expectCured(fault: Fault, treatment: Treatment): Promise<void> {
  const { environment, inputs } = await treatment.take()
  const { document } = await capturedRun({ environment, inputs, selectors: [fault.caughtBy], timeout: 20_000 })
  const again = document.checks.map(({ id, status, message }) => ({ id, status, message }))
  expect(again.map(({ id }) => id)).toEqual([fault.caughtBy])
  expect(['pass', 'not-applicable'], JSON.stringify(again)).toContain(again[0]?.status)
}

/** The fix has every word of the cure; a variable may be named in the message where the fix points to it. */
export function expectFixHasWords(cure: Cure, { fix, message }: CheckResult): void {
  const names = fix.includes('named above') ? `${message}\n${fix}` : fix
  for (const name of variablesOf(cure)) expect(names).toContain(name)
  for (const word of wordsOf(cure)) expect(fix).toContain(word)
  if (cure.unset !== undefined) expect(fix).toMatch(/\b(?:unset|remove)\b/)
}
