import type { CheckResult } from '../../model/report.js'
import type { Status } from '../../model/vocabulary.js'
import type { Ink, Section } from './ink.js'

/** Longer values are cut: they are there to be recognised, and stand whole in the result document. */
const longestValue = 400

/** Checks that need somebody's attention, each with all that is needed to act on it. */
export function findingSection(statuses: readonly Status[], heading: string): Section {
  return ({ checks }, ink) => {
    // What blocked an advisory check is told where the blocked checks stand.
    const found = checks.filter((check) => statuses.includes(check.status) && check.blockedBy === null)
    if (found.length === 0) return []
    return [ink.write(`${heading} (${found.length})`, 'strong'), ...found.flatMap((check) => ['', ...finding(check, ink)])]
  }
}

function finding(check: CheckResult, ink: Ink): readonly string[] {
  const { facts, failedExpectations } = check
  return [
    `  ${ink.mark(check.status)} ${ink.write(check.id, 'strong')}`,
    ...ink.field('severity', `${check.severity}, most likely ${check.class}`),
    ...ink.field('should', check.title),
    ...ink.field(check.status === 'fail' || failedExpectations.length > 0 ? 'met' : check.status, check.message),
    ...(typeof facts['reached'] === 'string' ? ink.field('reached', facts['reached']) : []),
    ...failedExpectations.flatMap((expectation) => [
      ...ink.field('expected', expectation.that),
      ...Object.entries(expectation.values).flatMap(([path, value]) => ink.field('', `${path} is ${valueText(value)}`)),
    ]),
    ...(check.attempts > 1 ? ink.field('tried', `${check.attempts} times`) : []),
    ...(check.why === '' ? [] : ink.field('why', check.why)),
    ...ink.field('fix', check.fix),
    ...(check.source === '' ? [] : ink.field('source', check.source)),
  ]
}

function valueText(value: unknown): string {
  if (value === null) return 'absent'
  const text = JSON.stringify(value)
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}… (${text.length - longestValue} characters more)`
}
