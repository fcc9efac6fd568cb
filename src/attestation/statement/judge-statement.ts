import { formatDuration } from '../../base/time/duration.js'
import {
  type Statement,
  type PreflightRun,
  type TestResult,
  isSubject,
  subjectText,
  type Subject,
} from './statement.js'
import { coverageOf } from '../../checks/result/coverage.js'
import { createHash } from 'node:crypto'

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
export interface StatementRefusal {
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
): readonly StatementRefusal[] {
  const age = demands.now - Date.parse(run.finishedAt)
  const refusals: StatementRefusal[] = []
  const refuse = (code: StatementRefusal['code'], message: string): void => void refusals.push({ code, message })

  if (run.verdict === 'no-go') refuse('no-go', `the verdict is no-go (exit ${run.exitCode})`)
  if (age > demands.maxAge)
    refuse(
      'too-old',
      `the run ended ${ageText(age)} ago (${run.finishedAt}); the maximum is ${ageText(demands.maxAge)}`,
    )
  if (isAhead(run.finishedAt, demands.now))
    refuse('in-the-future', `the run ended at ${run.finishedAt}, which is ahead of this machine's clock`)
  if (run.profile !== demands.profile)
    refuse('other-profile', `it was judged with the profile ${run.profile}; expected ${demands.profile}`)
  if (run.coverage === 'part' && !demands.allowPart) refuse('part', partText(run.counts, run.lock !== null))
  if (demands.lockDigest !== undefined && (run.lock?.state !== 'locked' || run.lock.digest !== demands.lockDigest))
    refuse('other-lock', lockText(run.lock))
  for (const wanted of demands.subjects) {
    if (subject.some((attested) => isSubject(wanted, attested))) continue
    refuse(
      'gitCommit' in wanted.digest ? 'other-commit' : 'other-subject',
      `it is about ${subject.map(subjectText).join(', ')}; expected ${subjectText(wanted)}`,
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
    ? 'it is not for the locked selection'
    : `only a part was judged: ${deselected} of ${declared} checks did not run, and no lock excludes them`
}

function lockText(lock: Statement['predicate']['preflightRun']['lock']): string {
  if (lock === null) return 'the run did not use a lock'
  return lock.state === 'locked'
    ? `the run used another lock (sha256 ${lock.digest})`
    : 'the run did not judge the locked selection'
}

/** Minutes are enough for a person up to an hour or two; days after that are counted in hours. */
function ageText(milliseconds: number): string {
  return milliseconds < 7_200_000 ? formatDuration(milliseconds) : `${Math.floor(milliseconds / 3_600_000)}h`
}

/** Milliseconds by which two machines' clocks may differ. */
const clockSkew = 60_000

/**
 * Whether a moment (ISO-8601) is ahead of a clock by more than clocks differ: who attests and who verifies judge by the
 * same bound.
 */
export function isAhead(moment: string, now: number): boolean {
  return Date.parse(moment) - now > clockSkew
}

/**
 * The result for in-toto's readers. They know nothing of coverage, so a part is never called passed; nor is what only a
 * waiver lets through.
 */
export function testResultOf({
  verdict,
  counts,
  coverage,
}: Pick<PreflightRun, 'verdict' | 'counts' | 'coverage'>): TestResult {
  if (verdict === 'no-go') return 'FAILED'
  return counts.warn + counts.waived > 0 || coverage === 'part' ? 'WARNED' : 'PASSED'
}

/** Whether the fields of a statement belong together. What says go beside a red check is not a go of anybody's. */
export function isConsistent({ subject, predicate }: Statement): boolean {
  const { result, configuration, passedTests, warnedTests, failedTests, preflightRun: run } = predicate
  const { counts, verdict, exitCode, waived } = run
  const red = counts.fail + counts.error + counts.timeout + counts.blocked
  return [
    result === testResultOf(run),
    run.coverage === coverageOf(run),
    (verdict === 'go') === (exitCode === 0),
    verdict === 'no-go' || (red === 0 && counts.selected > counts.notApplicable),
    counts.declared === counts.selected + counts.deselected,
    counts.selected === counts.pass + counts.warn + counts.waived + counts.notApplicable + red,
    passedTests.length === counts.pass,
    warnedTests.length === counts.warn + counts.waived,
    failedTests.length === red,
    waived.length === counts.waived && waived.every((id) => warnedTests.includes(id)),
    isWithoutDuplicates([...passedTests, ...warnedTests, ...failedTests]),
    isWithoutDuplicates(waived),
    isWithoutDuplicates(configuration.map(({ name }) => name)),
    Date.parse(run.startedAt) <= Date.parse(run.finishedAt),
    subject.every(({ digest }) => !('gitCommit' in digest) || digest.gitCommit === run.git?.commit),
    isConfiguredBy(configuration, run),
    run.waivers === undefined || JSON.stringify(run.waivers.map(({ check }) => check)) === JSON.stringify(waived),
  ].every(Boolean)
}

function isWithoutDuplicates(names: readonly string[]): boolean {
  return new Set(names).size === names.length
}

/** Whether the digests that in-toto's readers see are those of the run. */
function isConfiguredBy(configuration: Statement['predicate']['configuration'], run: PreflightRun): boolean {
  const definitions = configuration.find(({ name }) => name === 'definitions')
  return (
    definitions !== undefined &&
    JSON.stringify(configuration) === JSON.stringify(judgedConfiguration(definitions.digest.sha256, run))
  )
}

type Configuration = Statement['predicate']['configuration']

/** What the run was configured by, each with its digest, for readers who know in-toto and nothing of preflight. */
export function judgedConfiguration(
  definitions: string,
  { lock, context }: Pick<PreflightRun, 'lock' | 'context'>,
): Configuration {
  const entries: [string, string | null | undefined][] = [
    ['definitions', definitions],
    ['lock', lock?.digest],
  ]
  if (context !== undefined) {
    entries.push(
      ['preflight', context.tool],
      ['deployment-file', context.deploymentFile],
      ['waivers', context.waivers?.digest],
    )
    entries.push(['inputs', createHash('sha256').update(JSON.stringify(context.inputs)).digest('hex')])
    entries.push(...context.packs.map(({ system, digest }): [string, string] => [`pack/${system}`, digest]))
  }
  return entries.flatMap(([name, sha256]) => (typeof sha256 === 'string' ? [{ name, digest: { sha256 } }] : []))
}
