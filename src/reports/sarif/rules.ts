import type { CheckResult, ResultDocument } from '../../checks/result/report.js'
import type { Severity } from '../../base/vocabulary.js'
import { verdictRule } from './results.js'

/** The levels that a failure of each severity has in code scanners that rank by a number (0 to 10, as CVSS). */
const securitySeverities: Readonly<Record<Severity, string>> = {
  blocker: '9.5',
  critical: '8.5',
  high: '7.0',
  advisory: '3.0',
}

export interface Rule {
  readonly id: string
  readonly [property: string]: unknown
}

/** A rule for every check of the run, whatever its status, and one for the run itself. */
export function rulesOf({ checks }: ResultDocument): readonly Rule[] {
  const own = {
    id: verdictRule,
    shortDescription: { text: 'the run reached a go for the whole deployment' },
    fullDescription: { text: 'Every declared check was selected, observed and green.' },
    defaultConfiguration: { level: 'error' },
  }
  return [own, ...checks.map(ruleOf)]
}

function ruleOf(check: CheckResult): Rule {
  const { fix, id, severity, source, stage, title, why } = check
  const help = `${fix}${source === '' ? '' : `\n\nsource: ${source}`}`
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why === '' ? title : why },
    help: { text: help },
    defaultConfiguration: { level: severity === 'advisory' ? 'warning' : 'error' },
    properties: {
      stage,
      severity,
      class: check.class,
      tags: [stage, severity],
      ...(stage === 'secrets' ? { 'security-severity': securitySeverities[severity] } : {}),
    },
  }
}
