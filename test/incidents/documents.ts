import type { CheckResult, ResultDocument } from '../../src/checks/result/report.js'

/** A check that passes by default. */
export function checkResult(id: string, overrides: Partial<CheckResult> = {}): CheckResult {
  return {
    id,
    title: `what ${id} stands for is so`,
    stage: 'config',
    severity: 'blocker',
    class: 'config',
    status: 'pass',
    message: '',
    facts: {},
    failedExpectations: [],
    blockedBy: null,
    waiver: null,
    why: 'somebody would notice',
    fix: `mend ${id}`,
    source: '',
    attempts: 1,
    startedAt: '2026-01-02T03:04:06.000Z',
    durationMs: 12,
    ...overrides,
  }
}

/** The finished result of some checks. */
export function resultOf(checks: readonly CheckResult[], overrides: Partial<ResultDocument> = {}): ResultDocument {
  const count = (status: string): number => checks.filter((check) => check.status === status).length
  const isRed = checks.some(({ status }) => ['fail', 'error', 'timeout', 'blocked'].includes(status))
  return {
    schemaVersion: 1,
    tool: { name: 'preflight', version: '0.0.0' },
    state: 'complete',
    run: {
      id: 'run-2',
      startedAt: '2026-01-02T03:04:05.000Z',
      finishedAt: '2026-01-02T03:04:07.000Z',
      durationMs: 2000,
      profile: 'prod',
      deployment: 'eu-west',
      host: 'ops-1',
      definitionsDigest: 'd1',
      git: { commit: '0123456789abcdef0123456789abcdef01234567', dirty: true },
      selection: { selectors: ['demo'], stages: [], skipped: [], deselectedIds: [] },
    },
    verdict: isRed ? 'no-go' : 'go',
    exitCode: count('fail') > 0 ? 1 : isRed ? 4 : 0,
    counts: {
      declared: checks.length,
      deselected: 0,
      selected: checks.length,
      pass: count('pass'),
      warn: count('warn'),
      fail: count('fail'),
      error: count('error'),
      timeout: count('timeout'),
      blocked: count('blocked'),
      waived: count('waived'),
      notApplicable: count('not-applicable'),
    },
    checks: [...checks],
    ...overrides,
  }
}
