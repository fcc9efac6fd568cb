import { formatDuration } from '../../base/time/duration.js'
import { isAhead } from './clock.js'
import type { Statement } from './statement.js'
import { isSubject, subjectText, type Subject } from './subject.js'

/** What a deploy step demands. */
export interface Demands {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Milliseconds since the end of the run. */
  readonly maxAge: number
  /** Canonical. */
  readonly profile: string
  /** All of them must be attested; at least one, else it would be a go for anything. */
  readonly subjects: readonly Subject[]
  /** sha256 (hex) of the lock that the run must have kept to. */
  readonly lockDigest: string | undefined
  readonly allowPart: boolean
  readonly allowDirty: boolean
}

/** Why an attestation is not relied on. */
export interface Refusal {
  readonly code:
    | 'no-go'
    | 'too-old'
    | 'in-the-future'
    | 'other-profile'
    | 'part'
    | 'other-lock'
    | 'other-subject'
    | 'other-commit'
    | 'dirty'
  readonly message: string
}

/** Everything that keeps a statement, whose signature holds, from being relied on. Pure. */
export function judgeStatement(
  { subject, predicate: { preflightRun: run } }: Statement,
  demands: Demands,
): readonly Refusal[] {
  const age = demands.now - Date.parse(run.finishedAt)
  const refusals: Refusal[] = []
  const refuse = (code: Refusal['code'], message: string): void => void refusals.push({ code, message })

  if (run.verdict === 'no-go') refuse('no-go', `the verdict is no-go (exit ${run.exitCode})`)
  if (age > demands.maxAge)
    refuse(
      'too-old',
      `the run ended ${ageText(age)} ago (${run.finishedAt}), and at most ${ageText(demands.maxAge)} are allowed`,
    )
  if (isAhead(run.finishedAt, demands.now))
    refuse('in-the-future', `the run ended at ${run.finishedAt}, which is ahead of this machine's clock`)
  if (run.profile !== demands.profile)
    refuse('other-profile', `it was judged by the profile ${run.profile}, not by ${demands.profile}`)
  if (run.coverage === 'part' && !demands.allowPart) refuse('part', partText(run.counts, run.lock !== null))
  if (demands.lockDigest !== undefined && (run.lock?.state !== 'locked' || run.lock.digest !== demands.lockDigest))
    refuse('other-lock', lockText(run.lock))
  for (const wanted of demands.subjects) {
    if (subject.some((attested) => isSubject(wanted, attested))) continue
    refuse(
      'gitCommit' in wanted.digest ? 'other-commit' : 'other-subject',
      `it is about ${subject.map(subjectText).join(', ')}, not about ${subjectText(wanted)}`,
    )
  }
  const isOfCommit = subject.some(({ digest }) => 'gitCommit' in digest)
  if (isOfCommit && run.git?.dirty !== false && !demands.allowDirty)
    refuse('dirty', 'the checkout differed from its commit when it was judged')
  return refusals
}

function partText(
  { deselected, declared }: Statement['predicate']['preflightRun']['counts'],
  hasLock: boolean,
): string {
  return hasLock
    ? 'it is not of the selection that was locked'
    : `only a part was judged: ${deselected} of ${declared} checks did not run, and no lock says that they need not`
}

function lockText(lock: Statement['predicate']['preflightRun']['lock']): string {
  if (lock === null) return 'the run was held against no lock'
  return lock.state === 'locked'
    ? `the run was held against another lock (sha256 ${lock.digest})`
    : 'the run did not judge the selection that was locked'
}

/** Minutes are enough for a person up to an hour or two; days after that are counted in hours. */
function ageText(milliseconds: number): string {
  return milliseconds < 7_200_000 ? formatDuration(milliseconds) : `${Math.floor(milliseconds / 3_600_000)}h`
}
