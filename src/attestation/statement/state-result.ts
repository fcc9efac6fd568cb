import { coverageOf } from '../../checks/result/coverage.js'
import type { CheckResult, ResultDocument } from '../../checks/result/report.js'
import type { Status } from '../../base/vocabulary.js'
import { isAhead, isConsistent, testResultOf, judgedConfiguration } from './judge-statement.js'
import {
  predicateType,
  statementSchema,
  statementType,
  type StatedWaiver,
  type Statement,
  type Subject,
} from './statement.js'

/** Why a result is not attested: it would not be reliable. */
export class UnattestableResultError extends Error {
  override readonly name = 'UnattestableResultError'
}

interface StatementExtras {
  readonly subjects: readonly Subject[]
  /** sha256 (hex) of the serialised document. */
  readonly resultDigest: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** Where the run can be looked at. */
  readonly url?: string | undefined
}

/**
 * What is stated of a finished result, a no-go too: ids, numbers, and what was judged. Nothing that a check found, and
 * no value that is not public.
 *
 * @throws UnattestableResultError for a result of a run that did not end, that judged nothing, or that contradicts
 *   itself
 */
export function statementOf(
  document: ResultDocument,
  { subjects, resultDigest, now, url }: StatementExtras,
): Statement {
  const { state, verdict, exitCode, counts, checks, run, tool, diagnostics } = document
  if (state !== 'complete' || verdict === null || exitCode === null || run.finishedAt === null)
    throw new UnattestableResultError('the run did not end, so it proves nothing')
  if (diagnostics !== undefined || checks.length === 0) throw new UnattestableResultError('nothing was judged')
  if (isAhead(run.finishedAt, now))
    throw new UnattestableResultError(`the run ended at ${run.finishedAt}, which is ahead of this machine's clock`)
  if (Date.parse(run.finishedAt) < Date.parse(run.startedAt))
    throw new UnattestableResultError(`the run ended at ${run.finishedAt}, before it started at ${run.startedAt}`)
  const lock = run.lock ?? null
  const idsOf = (...statuses: readonly Status[]): string[] =>
    checks.filter(({ status }) => statuses.includes(status)).map(({ id }) => id)
  const preflightRun = {
    toolVersion: tool.version,
    id: run.id,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    profile: run.profile,
    deployment: run.deployment,
    coverage: coverageOf({ lock, counts }),
    lock,
    git: run.git,
    verdict,
    exitCode,
    counts,
    waived: idsOf('waived'),
    waivers: checks.filter(({ status }) => status === 'waived').flatMap(waiverOf),
    selection: { selectors: run.selection.selectors, stages: run.selection.stages, skipped: run.selection.skipped },
    ...(run.context === undefined ? {} : { context: run.context }),
    resultDigest,
  }
  const statement = {
    _type: statementType,
    subject: subjects,
    predicateType,
    predicate: {
      result: testResultOf(preflightRun),
      configuration: judgedConfiguration(run.definitionsDigest, preflightRun),
      ...(url === undefined ? {} : { url }),
      passedTests: idsOf('pass'),
      warnedTests: idsOf('warn', 'waived'),
      failedTests: idsOf('fail', 'error', 'timeout', 'blocked'),
      preflightRun,
    },
  }
  const parsed = statementSchema.safeParse(statement)
  if (!parsed.success || !isConsistent(parsed.data))
    throw new UnattestableResultError('its state, verdict, exit code, counts and checks do not match')
  return parsed.data
}

function waiverOf({ id, waiver }: CheckResult): StatedWaiver[] {
  if (waiver === null) return []
  const { owner, ticket, expires, signer } = waiver
  return [{ check: id, owner, ticket, expires, signer: signer ?? null }]
}
