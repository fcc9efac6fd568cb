import type { CheckResult, ResultDocument } from '../../checks/result/report.js'
import { statusMarks } from '../../checks/result/reporter.js'
import type { Status } from '../../base/vocabulary.js'
import { code, fence, inline } from '../../base/text/markdown-text.js'
import { cut } from '../wording/cut.js'
import { findingText, metText, noteOf } from '../wording/finding.js'
import { runFacts } from '../wording/run-facts.js'
import { tally } from '../wording/tally-words.js'
import { verdictWords, type VerdictWords } from '../wording/verdict-words.js'

const marks = {
  go: statusMarks.pass,
  part: statusMarks.warn,
  'no-go': statusMarks.fail,
  incomplete: statusMarks.error,
} as const satisfies Record<VerdictWords['kind'], string>
const longestMessage = 500
const longestDetails = 6000

/** The verdict, what it covers, and which run it is. */
export function headBlocks(document: ResultDocument): readonly string[] {
  const { kind, headline, exit, reason } = verdictWords(document)
  const explanation = [exit, reason]
    .filter((part) => part !== '')
    .map(inline)
    .join(': ')
  return [
    `## ${marks[kind]} preflight: ${headline}`,
    ...(explanation === '' ? [] : [`**${explanation}**`]),
    inline(tally(document)),
    runFacts(document).map(code).join(' · '),
    ...noticeBlock(document),
  ]
}

function noticeBlock({ notices = [] }: ResultDocument): readonly string[] {
  return notices.length === 0 ? [] : [notices.map((notice) => `- ${statusMarks.warn} ${said(notice)}`).join('\n')]
}

/** Why nothing ran: every problem at its place. */
export function diagnosticBlocks({ diagnostics = [] }: ResultDocument): readonly string[] {
  if (diagnostics.length === 0) return []
  const problems = diagnostics.map(
    ({ file, line, column, message, hint }) =>
      `- ${code(`${file}:${line}:${column}`)} ${said(message)}${hint === undefined ? '' : `, ${said(hint)}`}`,
  )
  return [`### Problems (${diagnostics.length})`, ...problems]
}

/** Checks that need somebody's attention: what was met and how to mend it at once, the rest folded away. */
export function findingBlocks(
  { checks }: ResultDocument,
  heading: string,
  statuses: readonly Status[],
): readonly string[] {
  const found = checks.filter(({ status, blockedBy }) => statuses.includes(status) && blockedBy === null)
  return found.length === 0 ? [] : [`### ${heading} (${found.length})`, ...found.map(finding)]
}

function finding(check: CheckResult): string {
  const lines = [
    `- ${statusMarks[check.status]} **${code(check.id)}** ${inline(check.title)}`,
    `  - ${check.status}: ${said(metText(check))}`,
    `  - fix: ${inline(check.fix)}`,
  ]
  const details = fence(cut(findingText(check), longestDetails), 'text')
    .split('\n')
    .map((line) => `  ${line}`)
  return [
    ...lines,
    '',
    '  <details><summary>everything that is known of it</summary>',
    '',
    ...details,
    '',
    '  </details>',
  ].join('\n')
}

/** Checks with one thing to say of each. None that lets a release through without having passed may disappear. */
export function listBlocks({ checks }: ResultDocument, heading: string, status: Status): readonly string[] {
  const listed = checks.filter((check) => check.status === status || (status === 'blocked' && check.blockedBy !== null))
  if (listed.length === 0) return []
  return [
    `### ${heading} (${listed.length})`,
    listed.map((check) => `- ${statusMarks[check.status]} ${code(check.id)} ${said(noteOf(check))}`).join('\n'),
  ]
}

/** What the run did not cover, folded away: the verdict says that there is some. */
export function omittedBlocks({ run: { selection } }: ResultDocument): readonly string[] {
  const skipped = new Set(selection.skipped)
  const groups: readonly (readonly [string, readonly string[]])[] = [
    ['Skipped with --skip', [...skipped]],
    ['Not selected', selection.deselectedIds.filter((id) => !skipped.has(id))],
  ]
  return groups
    .filter(([, ids]) => ids.length > 0)
    .map(
      ([heading, ids]) =>
        `<details><summary>${heading} (${ids.length})</summary>\n\n${ids.map((id) => `- ${code(id)}`).join('\n')}\n\n</details>`,
    )
}

/** Text from outside: as code, in which nothing is markup, a link or somebody's name. */
function said(text: string): string {
  return code(cut(text.replace(/\s+/g, ' ').trim(), longestMessage))
}
