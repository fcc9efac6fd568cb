import type { Outcome } from '../outcome.js'
import { selfTestEnds, type SelfTestCase, type SelfTestEnd } from '../../engine/self-test.js'

export interface CaseReport {
  readonly meets: string
  /** What it had to come to. */
  readonly expected: SelfTestEnd
  /** What it came to; `not-run` when the self-test was over before. */
  readonly status: string
  readonly message: string
  readonly isAsExpected: boolean
}

export interface KindReport {
  readonly kind: string
  readonly isTrusted: boolean
  /** What is wrong with the kind, beside its cases. */
  readonly problems: readonly string[]
  readonly cases: readonly CaseReport[]
}

export interface SelfTestReport {
  /** Whether every kind was seen to pass, to fail and to be unable to tell, wherever it had to. */
  readonly isTrusted: boolean
  readonly isInterrupted: boolean
  readonly kinds: readonly KindReport[]
}

const statusesOf: Readonly<Record<SelfTestEnd, readonly string[]>> = {
  pass: ['pass'],
  fail: ['fail'],
  unknown: ['error', 'timeout'],
}

export function caseReport({ meets, end }: SelfTestCase, outcome: Outcome | undefined): CaseReport {
  const status = outcome?.status ?? 'not-run'
  return {
    meets,
    expected: end,
    status,
    message: outcome?.message ?? '',
    isAsExpected: statusesOf[end].includes(status),
  }
}

/** A kind without a case for one of the three ends has not been tried out. */
export function kindReport(kind: string, cases: readonly CaseReport[], problems: readonly string[]): KindReport {
  const untried = selfTestEnds
    .filter((end) => !cases.some(({ expected }) => expected === end))
    .map((end) => `no case in which it must come to ${end}`)
  const all = cases.length === 0 && problems.length > 0 ? problems : [...problems, ...untried]
  return { kind, isTrusted: all.length === 0 && cases.every(({ isAsExpected }) => isAsExpected), problems: all, cases }
}
