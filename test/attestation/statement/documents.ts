import { coverageOf } from '../../../src/checks/result/coverage.js'
import type { CheckResult, ResultDocument } from '../../../src/checks/result/report.js'
import { statementOf } from '../../../src/attestation/statement/state-result.js'
import type { Statement } from '../../../src/attestation/statement/statement.js'
import { checkResult, resultOf } from '../../incidents/documents.js'

export const commit = '0123456789abcdef0123456789abcdef01234567'
export const digest = 'ab'.repeat(32)
export const finishedAt = '2026-01-02T03:04:07.000Z'

const waiver = {
  reason: 'agreed',
  owner: 'bus-team',
  ticket: 'OPS-1',
  expires: '2026-02-01',
  daysLeft: 30,
  signer: { principal: 'release@example.org', key: 'SHA256:abc' },
}

/** A result that can be attested. */
export function attestable(
  checks: readonly CheckResult[] = [checkResult('a/b/c'), checkResult('a/b/d')],
  run: Partial<ResultDocument['run']> = {},
): ResultDocument {
  const document = resultOf(
    checks.map((check) => (check.status === 'waived' && check.waiver === null ? { ...check, waiver } : check)),
  )
  return {
    ...document,
    run: { ...document.run, definitionsDigest: digest, git: { commit, dirty: false }, finishedAt, ...run },
  }
}

/** The same of a part: one check was left out. */
export function ofPart(document: ResultDocument): ResultDocument {
  const { counts, run } = document
  const part = {
    ...document,
    counts: { ...counts, declared: counts.declared + 1, deselected: 1 },
    run: { ...run, selection: { ...run.selection, deselectedIds: ['x/y/z'] } },
  }
  if (coverageOf({ lock: run.lock, counts: part.counts }) === 'whole') throw new Error('this is not a part')
  return part
}

export function stated(document: ResultDocument = attestable()): Statement {
  return statementOf(document, {
    subjects: [{ digest: { gitCommit: commit } }],
    resultDigest: digest,
    now: Date.parse(finishedAt),
  })
}
