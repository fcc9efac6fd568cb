import { exitCodes, type ExitCode } from '../../base/errors.js'
import { fullInputName } from '../input-names.js'
import type { Outcome } from '../check-event.js'
import type { Plan } from '../plan/plan.js'
import type { Counts } from '../result/report.js'
import type { Status } from '../../base/vocabulary.js'
import { unknownHomeFact } from '../../environment/driver-context.js'

export interface Verdict {
  readonly verdict: 'go' | 'no-go'
  readonly exitCode: ExitCode
  readonly counts: Counts
  /** What does not add up, one sentence each; any makes the run a bug of ours, exit 70. */
  readonly gaps: readonly string[]
}

interface VerdictOptions {
  readonly failOnWarn: boolean
  /** With fewer checks observed it is not a go. */
  readonly minChecks?: number | undefined
}

/** The name under which a status is counted. */
export const countNames = {
  pass: 'pass',
  warn: 'warn',
  fail: 'fail',
  error: 'error',
  timeout: 'timeout',
  blocked: 'blocked',
  waived: 'waived',
  'not-applicable': 'notApplicable',
} as const satisfies Record<Status, keyof Counts>

/**
 * The verdict of a finished run. Pure: it depends neither on the order of the outcomes nor on the format they are
 * printed in; the worst wins.
 */
export function reachVerdict(
  plan: Plan,
  outcomes: readonly Outcome[],
  { failOnWarn, minChecks = 0 }: VerdictOptions,
): Verdict {
  const counts = countOutcomes(plan, outcomes)
  const gaps = findGaps(plan, outcomes, counts)
  const exitCode =
    gaps.length > 0 ? exitCodes.internal : exitCodeOf(counts, failOnWarn, countObserved(outcomes) < minChecks)
  return { verdict: exitCode === exitCodes.go ? 'go' : 'no-go', exitCode, counts, gaps }
}

/** Checks of which there are facts: a warning may be of one that could not be evaluated. */
export function countObserved(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ facts }) => Object.keys(facts).length > 0).length
}

/** Counts the outcomes there are: for an interrupted run they are fewer than were selected. */
export function countOutcomes(plan: Plan, outcomes: readonly Outcome[]): Counts {
  const counts = { declared: plan.declared, deselected: plan.deselected.length, selected: plan.checks.length }
  const byStatus = { pass: 0, warn: 0, fail: 0, error: 0, timeout: 0, blocked: 0, waived: 0, notApplicable: 0 }
  for (const outcome of outcomes) byStatus[countNames[outcome.status]] += 1
  const elsewhere = outcomes.filter(({ isElsewhere }) => isElsewhere === true).length
  return { ...counts, ...byStatus, ...(elsewhere === 0 ? {} : { elsewhere }) }
}

function exitCodeOf(counts: Counts, failOnWarn: boolean, isTooLittle: boolean): ExitCode {
  if (counts.fail > 0) return exitCodes.failed
  if (counts.error + counts.timeout + counts.blocked > 0) return exitCodes.notEvaluated
  if (counts.selected === counts.notApplicable || isTooLittle) return exitCodes.invalid
  if (failOnWarn && counts.warn > 0) return exitCodes.warned
  return exitCodes.go
}

function findGaps(plan: Plan, outcomes: readonly Outcome[], counts: Counts): readonly string[] {
  const planned = new Set(plan.checks.map(({ definition }) => definition.id))
  const ended = new Set(outcomes.map(({ id }) => id))
  const gaps = [
    ...[...planned].filter((id) => !ended.has(id)).map((id) => `${id} has no outcome`),
    ...[...ended].filter((id) => !planned.has(id)).map((id) => `${id} has an outcome but was not planned`),
  ]
  if (planned.size < plan.checks.length) gaps.push('a check is planned twice')
  if (ended.size < outcomes.length) gaps.push('a check has two outcomes')
  if (counts.declared !== counts.selected + counts.deselected) {
    gaps.push(
      `${counts.declared} declared is not the sum of ${counts.selected} selected and ${counts.deselected} deselected`,
    )
  }
  const byStatus = Object.values(countNames).reduce((sum, name) => sum + counts[name], 0)
  if (byStatus !== counts.selected) gaps.push(`${counts.selected} are selected, but ${byStatus} have a status`)
  return gaps
}

/** By convention packs call the input so that fills `service-home`. */
const homeInput = 'service_home'

/**
 * What a run says once where checks connected without a look into the home of the service's account, and once more for
 * those whose pack has no input for it.
 *
 * @param inputsOf the inputs that a check reads, by its id
 */
export function unknownHomeNotice(
  outcomes: readonly Outcome[],
  inputsOf: (id: string) => readonly string[],
): readonly string[] {
  const blind = outcomes.flatMap(({ id, facts }) => {
    const files: unknown = facts[unknownHomeFact]
    return Array.isArray(files) && files.length > 0 ? [{ id, files: files.map(String) }] : []
  })
  const hasInput = ({ id }: { readonly id: string }): boolean => inputsOf(id).includes(homeInput)
  const systems = [...new Set(blind.filter(hasInput).map(({ id }) => id.split('/')[0]!))]
  return [
    {
      checks: blind.filter(hasInput),
      way: systems.map((system) => `--input ${fullInputName({ system, name: homeInput })}=/home/ACCOUNT`).join(' and '),
    },
    {
      checks: blind.filter((each) => !hasInput(each)),
      way: '`service-home: /home/ACCOUNT` beside the url in the check',
    },
  ].flatMap(({ checks, way }) => {
    if (checks.length === 0) return []
    const files = [...new Set(checks.flatMap((each) => each.files))].join(', ')
    const ids = checks.map(({ id }) => id).join(', ')
    return [
      `${ids} did not look for ${files} in the home folder of the service account, where the driver of the service looks: name the folder with ${way}`,
    ]
  })
}

/**
 * The one variable that decides a check that is not green. A line that has nothing to do with the failure is worse than
 * none, so of several variables only the one that the outcome itself speaks of is taken.
 *
 * @param variables what the check reads
 * @param isPlaced whether it is known where a variable was set
 * @returns its name, or `undefined` when there is not exactly one
 */
export function decisiveVariable(
  variables: readonly string[],
  outcome: Outcome,
  isPlaced: (variable: string) => boolean,
): string | undefined {
  const placed = variables.filter(isPlaced)
  if (variables.length === 1) return placed[0]
  const observed = only(placed.filter((variable) => outcome.facts['name'] === variable))
  return observed ?? only(placed.filter((variable) => isSpokenOf(variable, outcome)))
}

function isSpokenOf(variable: string, { message, failedExpectations }: Outcome): boolean {
  const paths = failedExpectations.flatMap(({ values }) => Object.keys(values))
  if (paths.some((path) => path === `vars.${variable}` || path === `env.${variable}`)) return true
  return [message, ...failedExpectations.map((expectation) => expectation.message)].some((text) =>
    text.split(/\W+/).includes(variable),
  )
}

function only(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined
}
