import type { Reporter } from '../checks/result/reporter.js'
import { displayWidth, truncate } from '../base/text/terminal-text.js'
import { inkFor, type Ink, type ReportSection } from './human/ink.js'
import { byUrgency, runFacts, tally, verdictWords, type VerdictWords } from './wording/verdict-words.js'
import { greenStatuses, type Status, stages, statuses } from '../base/vocabulary.js'
import { counted } from '../base/text/wording.js'
import { noteOf, expressionFields, findingFields } from './wording/finding.js'
import type { ResultDocument, CheckResult } from '../checks/result/report.js'
import { formatDuration } from '../base/time/duration.js'

/** Which run this is. */
const header: ReportSection = (document, ink) => {
  if (ink.detail === 'quiet') return []
  const { name, version } = document.tool
  return [ink.write(`${name} ${version}`, 'strong'), ...ink.prose(runFacts(document).join(' · '), 0, 'faint')]
}

/** What is to be known of the run as a whole. */
const noticeSection: ReportSection = ({ notices = [] }, ink) => {
  if (notices.length === 0) return []
  return [
    ink.write(`Notices (${notices.length})`, 'strong'),
    ...notices.flatMap((notice) => ink.prose(notice, 2, 'doubtful')),
  ]
}

/** Why nothing ran: every problem at its place. */
const diagnosticSection: ReportSection = ({ diagnostics = [] }, ink) => {
  if (diagnostics.length === 0) return []
  const lines = diagnostics.flatMap(({ file, line, column, message, hint }) => [
    ...ink.prose(`${file}:${line}:${column}`, 2, 'strong'),
    ...ink.prose(message, 4),
    ...(hint === undefined ? [] : ink.prose(hint, 4, 'faint')),
  ])
  return [ink.write(`Problems (${diagnostics.length})`, 'strong'), ...lines]
}

/** What the run did not cover: skipped on purpose, or not selected. */
const omittedSection: ReportSection = ({ run: { selection } }, ink) => {
  const skipped = new Set(selection.skipped)
  const others = selection.deselectedIds.filter((id) => !skipped.has(id))
  return [
    ...part('Skipped with --skip', [...skipped], ink),
    ...(ink.detail === 'whole'
      ? part('Not selected', others, ink)
      : others.length === 0
        ? []
        : ink.prose(`Not selected: ${counted(others.length, 'check')} (--verbose lists them)`, 0, 'faint')),
  ]
}

/** What is wrong in a line each, the worst first, and what to type next. */
const toDoSection: ReportSection = (document, ink) => {
  const red = byUrgency(document, ['fail', 'error', 'timeout'])
  const [first] = red
  if (first === undefined) return []
  return [
    ink.write(`To do (${red.length})`, 'strong'),
    ...red.map((check) => `  ${ink.mark(check.status)} ${fitted(`${check.id}: ${check.fix}`, ink)}`),
    '',
    ink.write('Next', 'strong'),
    ...ink.prose(`preflight explain ${first.id}`, 2),
    ...ink.prose('preflight run --failed  (and the flags of this run): the checks that are not green, again', 2),
    ...ink.prose('preflight incident capture  (and the flags of this run): a bundle for an engineer', 2),
  ]
}

function fitted(text: string, ink: Ink): string {
  return truncate(ink.write(text), Math.max(1, ink.width - 4))
}

/** Ids by their folder, so that a whole area takes a line. */
function part(heading: string, ids: readonly string[], ink: Ink): readonly string[] {
  if (ids.length === 0) return []
  const folders = new Map<string, string[]>()
  for (const id of ids) {
    const end = id.lastIndexOf('/')
    const folder = id.slice(0, Math.max(end, 0))
    folders.set(folder, [...(folders.get(folder) ?? []), id.slice(end + 1)])
  }
  const lines = [...folders].flatMap(([folder, names]) => ink.prose(`${folder}: ${names.join(', ')}`, 2, 'faint'))
  return [ink.write(`${heading} (${ids.length})`, 'strong'), ...lines]
}

const styles = { go: 'good', part: 'doubtful', 'no-go': 'bad', incomplete: 'bad' } as const satisfies Record<
  VerdictWords['kind'],
  string
>

/** The counts, and then the verdict. */
const summary: ReportSection = (document, ink) => [
  '─'.repeat(Math.min(ink.width, 80)),
  ...ink.prose(tally(document), 0),
  ...verdictLines(document, ink),
]

function verdictLines(document: ResultDocument, ink: Ink): readonly string[] {
  const { kind, headline, exit, reason } = verdictWords(document)
  return ink.prose(`${headline}${exit === '' ? '' : `  ${exit}`}${reason === '' ? '' : `: ${reason}`}`, 0, styles[kind])
}

/** What was never looked at, each under the one cause to mend. */
const blockedSection: ReportSection = ({ checks }, ink) => {
  const blocked = checks.filter((check) => check.status === 'blocked')
  if (blocked.length === 0) return []
  const roots = [...new Set(blocked.map((check) => check.blockedBy))]
  const groups = roots.flatMap((root) => [
    '',
    causeLine(root ?? '', checks, ink),
    ...blocked.filter((check) => check.blockedBy === root).flatMap((check) => blockedLines(check, ink)),
  ])
  return [ink.write(`Blocked (${blocked.length})`, 'strong'), ...groups]
}

function causeLine(root: string, checks: readonly CheckResult[], ink: Ink): string {
  const cause = checks.find((check) => check.id === root)
  const mark = cause === undefined ? '' : `${ink.mark(cause.status)} `
  return `  by ${mark}${ink.write(root, 'strong')}${cause === undefined ? '' : `  ${ink.write(cause.status, 'faint')}`}`
}

function blockedLines(check: CheckResult, ink: Ink): readonly string[] {
  return [`    ${ink.mark(check.status)} ${ink.write(check.id)}`, ...ink.prose(check.message, 6, 'faint')]
}

/** On a wider terminal the ends of the lines would be too far from their beginnings for the eye. */
const widest = 110

const leastTitle = 12

/**
 * How each stage went, in the order of the plan, and a line for each check that is not green: for every check where the
 * whole is asked for. What is wrong with some follows further down.
 */
const stageSections: ReportSection = ({ checks }, ink) => {
  if (ink.detail === 'quiet') return []
  const groups = stages
    .map((stage) => checks.filter((check) => check.stage === stage))
    .filter((group) => group.length > 0)
  const isWhole = ink.detail === 'whole'
  return groups.flatMap((group, index) => [
    ...(index === 0 || !isWhole ? [] : ['']),
    ...heading(group, ink),
    ...lines(isWhole ? group : group.filter(({ status }) => isNoted(status)), ink),
  ])
}

/** Whether a check is neither as it should be nor let through for a reason that is said further down. */
function isNoted(status: Status): boolean {
  return status === 'warn' || !greenStatuses.has(status)
}

function heading(group: readonly CheckResult[], ink: Ink): readonly string[] {
  const counts = statuses.map((status) => ({ status, count: group.filter((check) => check.status === status).length }))
  const parts = counts.filter(({ count }) => count > 0).map(({ status, count }) => `${count} ${status}`)
  const stage = group[0]?.stage ?? ''
  const tally = parts.join(', ')
  if (stage.length + 2 + tally.length > ink.width) return [ink.write(stage, 'strong'), ...ink.prose(tally, 2, 'faint')]
  return [`${ink.write(stage, 'strong')}  ${ink.write(tally, 'faint')}`]
}

function lines(group: readonly CheckResult[], ink: Ink): readonly string[] {
  const longestId = Math.max(0, ...group.map((check) => ink.write(check.id).length))
  const idWidth = longestId * 2 > ink.width ? 0 : longestId
  return group.map((check) => line(check, idWidth, ink))
}

function line(check: CheckResult, idWidth: number, ink: Ink): string {
  const end = check.status === 'pass' ? formatDuration(check.durationMs) : check.status
  const id = ink.write(check.id).padEnd(idWidth)
  const room = Math.min(ink.width, widest) - '  ✔ '.length - id.length - end.length - 4
  const title = room < leastTitle ? '' : fit(ink.write(check.title), room)
  return `  ${ink.mark(check.status)} ${id}  ${ink.write(title, 'faint')}  ${ink.write(end, check.status === 'fail' ? 'bad' : 'faint')}`
}

function fit(title: string, width: number): string {
  const text = truncate(title, width)
  return text + ' '.repeat(width - displayWidth(text))
}

/** The verdict is last: it is what the terminal still shows when the report is longer than the screen. */
const sections: readonly ReportSection[] = [
  header,
  stageSections,
  noteSection('pass', 'Noted'),
  noteSection('not-applicable', 'Not applicable'),
  noteSection('waived', 'Waived'),
  findingSection(['warn'], 'Warnings'),
  blockedSection,
  findingSection(['error', 'timeout'], 'Could not be evaluated'),
  findingSection(['fail'], 'Failed'),
  diagnosticSection,
  omittedSection,
  noticeSection,
  toDoSection,
  summary,
]

export const reporter: Reporter = {
  format: 'human',
  title: 'a report for a person at a terminal',
  render(document, options) {
    const ink: Ink = inkFor(options)
    const paragraphs = sections.map((section) => section(document, ink)).filter((lines) => lines.length > 0)
    return `${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`
  },
}

/**
 * Checks that let the release through without having passed, each with its reason: none may disappear. Of those that
 * passed, the ones with something to say.
 */
function noteSection(status: Status, heading: string): ReportSection {
  return ({ checks }, ink) => {
    const noted = checks.filter((check) => check.status === status && (status !== 'pass' || check.message !== ''))
    if (ink.detail === 'quiet') return []
    if (noted.length === 0) return []
    const lines = noted.flatMap((check) => [
      `  ${ink.mark(status)} ${ink.write(check.id)}`,
      ...ink.prose(noteOf(check), 4, 'faint'),
    ])
    return [ink.write(`${heading} (${noted.length})`, 'strong'), ...lines]
  }
}

/** Checks that need somebody's attention, each with all that is needed to act on it. */
function findingSection(statuses: readonly Status[], heading: string): ReportSection {
  return ({ checks }, ink) => {
    const found = checks.filter((check) => statuses.includes(check.status))
    if (found.length === 0) return []
    return [
      ink.write(`${heading} (${found.length})`, 'strong'),
      ...found.flatMap((check) => ['', ...finding(check, ink)]),
    ]
  }
}

function finding(check: CheckResult, ink: Ink): readonly string[] {
  const name = `  ${ink.mark(check.status)} ${ink.write(check.id, 'strong')}`
  // An advisory check that waits for another one found nothing that its own fix would mend.
  if (check.status === 'warn' && check.blockedBy !== null) return [name, ...ink.prose(check.message, 4, 'faint')]
  return [
    name,
    ...[...findingFields(check), ...(ink.detail === 'whole' ? expressionFields(check) : [])].flatMap(([label, text]) =>
      ink.field(label, text),
    ),
  ]
}
