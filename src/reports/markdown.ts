import { withoutLogCommands } from '../base/text/terminal-text.js'
import { type Reporter, statusMarks } from '../checks/result/reporter.js'
import type { CheckResult, ResultDocument } from '../checks/result/report.js'
import type { Status } from '../base/vocabulary.js'
import { code, fence, inline } from '../base/text/markdown-text.js'
import { cut, findingText, foundText, noteOf } from './wording/finding.js'
import { runFacts, tally, verdictWords, type VerdictWords } from './wording/verdict-words.js'

/** GitHub refuses a comment of more than 65,536 characters; GitLab and step summaries take more. */
const longestComment = 65_000

export const reporter: Reporter = {
  format: 'markdown',
  title: 'Markdown, ready for a comment on a pull request',
  render(document) {
    const blocks = [
      ...headBlocks(document),
      ...diagnosticBlocks(document),
      ...findingBlocks(document, 'Failed', ['fail']),
      ...findingBlocks(document, 'Could not be evaluated', ['error', 'timeout']),
      ...listBlocks(document, 'Blocked', 'blocked'),
      ...findingBlocks(document, 'Warnings', ['warn']),
      ...listBlocks(document, 'Waived', 'waived'),
      ...listBlocks(document, 'Not applicable', 'not-applicable'),
      ...listBlocks(document, 'Noted', 'pass'),
      ...omittedBlocks(document),
    ]
    return joinWithin(blocks.map(withoutLogCommands), longestComment)
  },
}

const marks = {
  go: statusMarks.pass,
  part: statusMarks.warn,
  'no-go': statusMarks.fail,
  incomplete: statusMarks.error,
} as const satisfies Record<VerdictWords['kind'], string>

const longestMessage = 500

const longestDetails = 6000

/** The verdict, what it covers, and which run it is. */
function headBlocks(document: ResultDocument): readonly string[] {
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
function diagnosticBlocks({ diagnostics = [] }: ResultDocument): readonly string[] {
  if (diagnostics.length === 0) return []
  const problems = diagnostics.map(
    ({ file, line, column, message, hint }) =>
      `- ${code(`${file}:${line}:${column}`)} ${said(message)}${hint === undefined ? '' : `, ${said(hint)}`}`,
  )
  return [`### Problems (${diagnostics.length})`, ...problems]
}

/** Checks that need somebody's attention: what was found and how to mend it at once, the rest folded away. */
function findingBlocks({ checks }: ResultDocument, heading: string, statuses: readonly Status[]): readonly string[] {
  const found = checks.filter(({ status, blockedBy }) => statuses.includes(status) && blockedBy === null)
  return found.length === 0 ? [] : [`### ${heading} (${found.length})`, ...found.map(finding)]
}

function finding(check: CheckResult): string {
  const lines = [
    `- ${statusMarks[check.status]} **${code(check.id)}** ${inline(check.title)}`,
    `  - ${check.status}: ${said(foundText(check))}`,
    `  - fix: ${inline(check.fix)}`,
  ]
  const details = fence(cut(findingText(check), longestDetails), 'text')
    .split('\n')
    .map((line) => `  ${line}`)
  return [...lines, '', '  <details><summary>all details</summary>', '', ...details, '', '  </details>'].join('\n')
}

/**
 * Checks with one thing to say of each. None that lets a release through without having passed may disappear; of those
 * that passed, the ones that say something.
 */
function listBlocks({ checks }: ResultDocument, heading: string, status: Status): readonly string[] {
  const listed = checks.filter((check) =>
    status === 'pass'
      ? check.status === 'pass' && check.message !== ''
      : check.status === status || (status === 'blocked' && check.blockedBy !== null),
  )
  if (listed.length === 0) return []
  return [
    `### ${heading} (${listed.length})`,
    listed.map((check) => `- ${statusMarks[check.status]} ${code(check.id)} ${said(noteOf(check))}`).join('\n'),
  ]
}

/** What the run did not cover, folded away: the verdict says that there is some. */
function omittedBlocks({ run: { selection } }: ResultDocument): readonly string[] {
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

/**
 * Blocks of Markdown with an empty line between them, as many as fit. Each stands for itself, so that what is left is
 * whole; that something was left out is said.
 *
 * @param longest characters of the whole; more than the first block and the note take
 */
function joinWithin(blocks: readonly string[], longest: number): string {
  const whole = `${blocks.join('\n\n')}\n`
  if (whole.length <= longest) return whole
  const kept: string[] = []
  let room = longest - note(blocks.length).length
  for (const block of blocks) {
    room -= block.length + 2
    if (room < 0) break
    kept.push(block)
  }
  return `${[...kept, note(blocks.length - kept.length)].join('\n\n')}\n`
}

function note(count: number): string {
  return `**${count} more paragraphs do not fit here; all are in the result document.**`
}
