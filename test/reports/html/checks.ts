import type { CheckResult } from '../../../src/checks/result/report.js'

/** A passing check, but for what is given. */
export function checkResult(change: Partial<CheckResult> & { readonly id: string }): CheckResult {
  return {
    title: `${change.id} is as it should be`,
    stage: 'config',
    severity: 'blocker',
    class: 'config',
    status: 'pass',
    message: '',
    facts: {},
    failedExpectations: [],
    needs: [],
    blockedBy: null,
    waiver: null,
    why: '',
    fix: 'put it right',
    source: '',
    attempts: 1,
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 10,
    ...change,
  }
}
