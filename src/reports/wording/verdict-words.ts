import { exitCodes } from '../../base/errors.js'
import { counted } from '../../base/text/wording.js'
import { coverageOf } from '../../checks/result/coverage.js'
import type { ResultDocument, RunEnvironment, Counts, CheckResult } from '../../checks/result/report.js'
import { gatesLeftOutText } from '../../checks/plan/plan.js'
import { formatDuration } from '../../base/time/duration.js'
import { greenStatuses, severities, type Status } from '../../base/vocabulary.js'

/**
 * The verdict in words that are the same in every format. A go for a part is never called a go; what is complete, a
 * lock says where there is one.
 */
export interface VerdictWords {
  readonly kind: 'go' | 'part' | 'no-go' | 'incomplete'
  readonly headline: string
  /** `exit 1`; empty while a run has no exit code. */
  readonly exit: string
  /** Why, in a sentence without a full stop; empty for a plain go. */
  readonly reason: string
}

/** What an exit code means here, for those that are not a plain go. */
const reasons: Readonly<Record<number, string>> = {
  [exitCodes.failed]: 'at least one check failed',
  [exitCodes.invalid]: 'nothing was observed',
  [exitCodes.notEvaluated]: 'nothing failed, but not everything could be evaluated',
  [exitCodes.warned]: 'warnings count (--fail-on-warn)',
  [exitCodes.internal]: 'the counts do not add up: this is a bug in preflight',
}

export function verdictWords(document: ResultDocument): VerdictWords {
  const words = wordsOfVerdict(document)
  const { gatesLeftOut } = document.run.selection
  if (gatesLeftOut === undefined) return words
  const gates = gatesLeftOutText(gatesLeftOut)
  return { ...words, reason: words.reason === '' ? gates : `${words.reason}; ${gates}` }
}

function wordsOfVerdict({ counts, diagnostics, exitCode, run, state, verdict }: ResultDocument): VerdictWords {
  const exit = exitCode === null ? '' : `exit ${exitCode}`
  if (state === 'incomplete' || verdict === null || exitCode === null)
    return { kind: 'incomplete', headline: 'INCOMPLETE', exit, reason: 'the run did not end, so it proves nothing' }
  if (verdict === 'no-go') {
    const problems =
      diagnostics === undefined
        ? reasons[exitCode]
        : `nothing ran: ${diagnostics.length} ${diagnostics.length === 1 ? 'problem' : 'problems'} to fix first`
    const isTooLittle = exitCode === exitCodes.invalid && counts.selected > counts.notApplicable
    return {
      kind: 'no-go',
      headline: 'NO-GO',
      exit,
      reason:
        diagnostics === undefined && isTooLittle
          ? 'fewer checks were observed than --min-checks requires'
          : (problems ?? ''),
    }
  }
  const coverage = coverageOf({ lock: run.lock, counts })
  const away = counts.elsewhere ?? 0
  if (away > 0)
    return {
      kind: 'part',
      headline: 'GO FOR A PART ONLY',
      exit,
      reason: `${away} of ${counts.declared} checks can only be judged on another host; this is not a go for a release`,
    }
  const left = counts.deselected === 0 ? undefined : `${counts.deselected} of ${counts.declared} checks did not run`
  if (coverage === 'part')
    return {
      kind: 'part',
      headline: 'GO FOR A PART ONLY',
      exit,
      reason: `${left ?? 'this is not the locked selection'}; this is not a go for a release`,
    }
  return {
    kind: 'go',
    headline: 'GO',
    exit,
    reason: left === undefined ? '' : `${left}: the lock does not contain them`,
  }
}

/** `NO-GO (exit 1): at least one check failed`. */
export function verdictSentence(document: ResultDocument): string {
  const { headline, exit, reason } = verdictWords(document)
  return `${headline}${exit === '' ? '' : ` (${exit})`}${reason === '' ? '' : `: ${reason}`}`
}

const countWords = {
  pass: 'passed',
  warn: 'warned',
  fail: 'failed',
  error: 'in error',
  timeout: 'timed out',
  blocked: 'blocked',
  waived: 'waived',
  notApplicable: 'not applicable',
} as const satisfies Partial<Record<keyof Counts, string>>

/** `72 of 72 checks selected: 68 passed, 4 failed in 3.8s`, and what has no outcome when the counts do not add up. */
export function tally({ counts, run }: ResultDocument): string {
  const words = Object.entries(countWords).map(([name, word]) => ({
    count: counts[name as keyof typeof countWords],
    word,
  }))
  const parts = words.filter(({ count }) => count > 0).map(({ count, word }) => `${count} ${word}`)
  const unaccounted = counts.selected - words.reduce((sum, { count }) => sum + count, 0)
  if (unaccounted !== 0) parts.push(`${unaccounted} without an outcome`)
  const duration = run.durationMs === null ? '' : ` in ${formatDuration(run.durationMs)}`
  return `${counts.selected} of ${counts.declared} checks selected${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${duration}`
}

/** Which run this is: of what, where, when. One short phrase each. */
export function runFacts({ run }: ResultDocument): readonly string[] {
  const place = run.deployment === null ? run.host : `${run.deployment} from ${run.host}`
  const commit =
    run.git === null ? [] : [`commit ${run.git.commit.slice(0, 12)}${run.git.dirty ? ' (with changes)' : ''}`]
  return [
    `profile ${run.profile}`,
    place,
    run.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
    ...environmentFacts(run),
    ...commit,
    `run ${run.id}`,
  ]
}

/** Sources that a line names before it counts the rest. */
const mostSources = 3

/** `environment .env.production, 34 variables`; nothing for a run of an older version. */
function environmentFacts({ environment }: ResultDocument['run']): readonly string[] {
  const words = environmentWords(environment)
  return words === undefined ? [] : [`environment${environment?.sources.length === 0 ? ':' : ''} ${words}`]
}

/** Where the environment under test comes from: `none needed`, `.env.production, 34 variables`. */
export function environmentWords(environment: RunEnvironment | undefined): string | undefined {
  if (environment === undefined) return undefined
  const { sources, variables } = environment
  if (sources.length === 0) return 'none needed'
  const rest = sources.length - mostSources
  const named = [...sources.slice(0, mostSources), ...(rest > 0 ? [`${rest} more`] : [])].join(' + ')
  return `${named}, ${counted(variables, 'variable')}`
}

/** Whether a check prevents a go by itself. */
export function isRed({ status }: CheckResult): boolean {
  return !greenStatuses.has(status)
}

/** What is looked at first: what failed, then what is unknown, then what only waits for another check. */
const urgency: readonly Status[] = ['fail', 'error', 'timeout', 'blocked', 'warn', 'waived', 'not-applicable', 'pass']

/** Checks that have one of these statuses, the most urgent first, equals in the order of the plan. */
export function byUrgency({ checks }: ResultDocument, statuses: readonly Status[]): readonly CheckResult[] {
  return checks
    .filter(({ status }) => statuses.includes(status))
    .toSorted(
      (a, b) =>
        urgency.indexOf(a.status) - urgency.indexOf(b.status) ||
        severities.indexOf(a.severity) - severities.indexOf(b.severity),
    )
}

/** What a report of findings lists: everything that did not pass and is not simply out of place. */
export const notedStatuses = [
  'fail',
  'error',
  'timeout',
  'blocked',
  'warn',
  'waived',
] as const satisfies readonly Status[]

/**
 * Where a finding about the run as a whole points to in formats that demand a place: the file in which a deployment
 * sets up its run.
 */
export function deploymentFileOf({ run }: ResultDocument): { readonly file: string; readonly line: number } {
  return { file: run.deploymentFile ?? 'preflight.yaml', line: 1 }
}

/** Where a check is defined, of one inside the package where the deployment file speaks of it. */
export function definitionPlace({ pointsTo, definition }: CheckResult): CheckResult['definition'] {
  return pointsTo === undefined ? definition : (pointsTo ?? undefined)
}
