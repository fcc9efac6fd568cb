import { counted } from '../base/text/wording.js'
import type { CheckResult, ResultDocument } from '../checks/result/report.js'
import { failureClasses, greenStatuses, severities, type FailureClass } from '../base/vocabulary.js'

/** Severities of an incident: an advisory finding alone is still worth the lowest of them. */
export const incidentSeverities = ['blocker', 'critical', 'high'] as const
export type IncidentSeverity = (typeof incidentSeverities)[number]

/** What an incident most likely is and how bad, with the reasons in whole sentences. */
interface Classification {
  readonly class: FailureClass
  readonly severity: IncidentSeverity
  readonly reasons: readonly string[]
}

/**
 * The checks of a result that are red by themselves, the worst first: failed or not evaluated, and not because of
 * another. Where nothing is red, those that warn.
 */
export function rootCauseIds({ checks }: ResultDocument): readonly CheckResult[] {
  const red = checks.filter(({ status }) => !greenStatuses.has(status) && status !== 'blocked')
  const roots = red.length > 0 ? red : checks.filter(({ status }) => status === 'warn')
  return [...roots].sort(byWeight)
}

/**
 * The worst severity first; of equals an observed failure before what could not be observed; then the order of the
 * plan.
 */
function byWeight(a: CheckResult, b: CheckResult): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    Number(a.status !== 'fail') - Number(b.status !== 'fail')
  )
}

/**
 * Says what a result's failures most likely are, from the class that each check has by itself or by what its probe
 * found.
 *
 * The worst check decides; of equally bad ones the one that is first in the plan, because later stages fail after
 * earlier ones.
 *
 * @returns `undefined` when nothing is red and nothing warns
 */
export function classify(document: ResultDocument): Classification | undefined {
  if (document.diagnostics !== undefined) {
    return {
      class: 'config',
      severity: 'blocker',
      reasons: [
        `Nothing could be judged: ${counted(document.diagnostics.length, 'problem')} in the definitions or the configuration.`,
      ],
    }
  }
  const roots = rootCauseIds(document)
  const [worst] = roots
  if (worst === undefined) return undefined
  const severity = worst.severity === 'advisory' ? 'high' : worst.severity
  return { class: worst.class, severity, reasons: [...classReasons(worst, roots), severityReason(worst, document)] }
}

function classReasons(worst: CheckResult, roots: readonly CheckResult[]): readonly string[] {
  const others = failureClasses.flatMap((each) => {
    const count = roots.filter((root) => root.class === each).length
    return each === worst.class || count === 0 ? [] : [`${count} of them ${count === 1 ? 'is' : 'are'} ${each}`]
  })
  const first = `${worst.class}: ${worst.id} ${verbs[worst.status] ?? 'is not green'}, and ${meanings[worst.class]}.`
  if (roots.length === 1) return [first]
  const rest =
    others.length === 0
      ? `All ${roots.length} checks that are red by themselves are of this class.`
      : `It is the worst of ${roots.length} checks that are red by themselves; ${others.join(' and ')}.`
  return [first, rest]
}

function severityReason(worst: CheckResult, { checks, exitCode }: ResultDocument): string {
  if (worst.severity === 'advisory')
    return `high: only advisory checks have findings, and nothing stops the release (exit ${exitCode ?? 0}).`
  const blocked = checks.filter(({ blockedBy }) => blockedBy !== null).length
  return `${worst.severity}: this is the severity of ${worst.id}${blocked === 0 ? '' : `; ${counted(blocked, 'check')} could not be judged because of what failed`}.`
}

const meanings: Readonly<Record<FailureClass, string>> = {
  config: 'the deployment sets what it found',
  dependency: 'what it found belongs to a dependency of the deployment',
  code: 'what it found is the behaviour of the program',
}

const verbs: Readonly<Partial<Record<CheckResult['status'], string>>> = {
  fail: 'failed',
  error: 'could not be observed',
  timeout: 'timed out',
  warn: 'warns',
}
