import { isAbsolute, normalize } from 'node:path'
import { safeJson } from '../base/text/bounded-json.js'
import type { CheckResult, ResultDocument } from '../checks/result/report.js'
import type { Reporter } from '../checks/result/reporter.js'
import type { Severity } from '../base/vocabulary.js'
import { cut, fingerprintOf, foundText, noteOf } from './wording/finding.js'
import {
  definitionPlace,
  deploymentFileOf,
  isRed,
  byUrgency,
  notedStatuses,
  tally,
  verdictSentence,
  verdictWords,
} from './wording/verdict-words.js'

type GitlabSeverity = 'info' | 'minor' | 'major' | 'critical' | 'blocker'

/** An entry of the report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
interface Issue {
  readonly description: string
  readonly check_name: string
  readonly fingerprint: string
  readonly severity: GitlabSeverity
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } }
}

const severityNames: Readonly<Record<Severity, GitlabSeverity>> = {
  blocker: 'blocker',
  critical: 'critical',
  high: 'major',
  advisory: 'minor',
}
const longestDescription = 2000

interface Place {
  readonly file: string
  readonly line: number
}

export const reporter: Reporter = {
  format: 'gitlab',
  title: "GitLab's code quality report",
  render(document) {
    const problems = (document.diagnostics ?? []).map(({ file, line, column, code, message, hint }, index) => ({
      ...issue(
        `${message}${hint === undefined ? '' : ` (${hint})`}`,
        `preflight/${code}`,
        'blocker',
        placeInRepository(document, [line < 1 ? undefined : { file, line }]),
      ),
      fingerprint: fingerprintOf('problem', file, String(line), String(column), code, String(index)),
    }))
    const notices = (document.notices ?? []).map((notice) => ({
      ...issue(notice, 'preflight/notice', 'info', deploymentFileOf(document)),
      fingerprint: fingerprintOf('notice', notice),
    }))
    return safeJson([
      ...verdictIssues(document),
      ...notices,
      ...problems,
      ...byUrgency(document, notedStatuses).map((check) => checkIssue(document, check)),
    ])
  },
}

/** The report has no place for a verdict, and an empty one reads as a go: everything else says what it is. */
function verdictIssues(document: ResultDocument): readonly Issue[] {
  const { kind, reason } = verdictWords(document)
  if (kind === 'go' && reason === '') return []
  return [
    issue(
      `${verdictSentence(document)}; ${tally(document)}`,
      'preflight/verdict',
      kind === 'go' || kind === 'part' ? 'info' : 'blocker',
      deploymentFileOf(document),
    ),
  ]
}

function checkIssue(document: ResultDocument, check: CheckResult): Issue {
  const { id, severity, status, subject, title } = check
  const said = status === 'waived' ? `waived: ${noteOf(check)}` : `${status}: ${foundText(check)}`
  const level = isRed(check) ? severityNames[severity] : status === 'warn' ? 'minor' : 'info'
  return issue(`${title}: ${said}`, id, level, placeInRepository(document, [subject, definitionPlace(check)]))
}

/** The first place that GitLab can find: paths of its report start at the root of the repository. */
function placeInRepository(document: ResultDocument, places: readonly (Place | null | undefined)[]): Place {
  return (
    places.find((place) => place != null && !isAbsolute(place.file) && !normalize(place.file).startsWith('..')) ??
    deploymentFileOf(document)
  )
}

function issue(description: string, name: string, severity: GitlabSeverity, { file, line }: Place): Issue {
  const oneLine = cut(description.replace(/\s+/g, ' ').trim(), longestDescription)
  return {
    description: oneLine,
    check_name: name,
    fingerprint: fingerprintOf('check', name),
    severity,
    location: { path: file.replace(/^(\.\/)+/, ''), lines: { begin: Math.max(1, line) } },
  }
}
