import { neutralise, withoutLogCommands } from '../base/text/terminal-text.js'
import type { CheckResult, ResultDocument } from '../checks/result/report.js'
import type { Reporter } from '../checks/result/reporter.js'
import { findingFields, foundText, noteOf, cut } from './wording/finding.js'
import {
  byUrgency,
  definitionPlace,
  isRed,
  notedStatuses,
  runFacts,
  tally,
  verdictSentence,
  verdictWords,
} from './wording/verdict-words.js'

/** GitHub shows the first ten of each level of a step: the verdict comes first, then the most urgent. */
export const reporter: Reporter = {
  format: 'github',
  title: 'annotations of a GitHub Actions workflow; the Markdown report goes to $GITHUB_STEP_SUMMARY',
  stepSummaryFormat: 'markdown',
  render(document) {
    const lines = [`${document.tool.name} ${document.tool.version}: ${runFacts(document).join(' · ')}`, tally(document)]
    const notices = (document.notices ?? []).map((message): Annotation => ({
      level: 'warning',
      title: 'preflight: notice',
      message,
    }))
    const annotations = [
      verdictAnnotation(document),
      ...notices,
      ...(document.diagnostics ?? []).map(problemAnnotation),
      ...byUrgency(document, notedStatuses).map(checkAnnotation),
    ]
    return `${[...lines.map((line) => withoutLogCommands(neutralise(line))), ...annotations.map(annotation)].join('\n')}\n`
  },
}

function verdictAnnotation(document: ResultDocument): Annotation {
  const { kind, headline } = verdictWords(document)
  const level = kind === 'go' ? 'notice' : kind === 'part' ? 'warning' : 'error'
  return { level, title: `preflight: ${headline}`, message: `${verdictSentence(document)}\n${tally(document)}` }
}

function problemAnnotation({
  file,
  line,
  column,
  code,
  message,
  hint,
}: NonNullable<ResultDocument['diagnostics']>[number]): Annotation {
  return {
    level: 'error',
    title: code,
    message: `${message}${hint === undefined ? '' : `\n${hint}`}`,
    ...(line < 1 ? {} : { place: { file, line, column } }),
  }
}

/**
 * At the line of the environment file where one is known, for that is what is to be changed; else where the check is
 * defined, or where the deployment file uses it.
 */
function checkAnnotation(check: CheckResult): Annotation {
  const place = check.subject ?? definitionPlace(check)
  const level = isRed(check) ? 'error' : check.status === 'warn' ? 'warning' : 'notice'
  return {
    level,
    title: `${check.id} (${check.status})`,
    message: messageOf(check),
    ...(place === undefined ? {} : { place }),
  }
}

function messageOf(check: CheckResult): string {
  if (check.status === 'waived') return noteOf(check)
  const shown = ['expected', 'fix', 'command', 'runbook', 'docs', 'set in', 'why', 'source']
  return [
    foundText(check),
    ...findingFields(check)
      .filter(([label]) => shown.includes(label))
      .map(([label, text]) => `${label}: ${text}`),
  ].join('\n')
}

interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
  readonly place?: { readonly file: string; readonly line: number; readonly column?: number }
}

const longestMessage = 4000

/**
 * An annotation as a workflow command, on one line. Everything that would end a property, the command or the line is
 * escaped the way the runner unescapes it (https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts).
 */
export function annotation({ level, title, message, place }: Annotation): string {
  const { file, line, column } = place ?? {}
  const properties = Object.entries({ file, line, col: column, title }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(neutralise(String(value)))}`],
  )
  return `::${level} ${properties.join(',')}::${escapeData(cut(neutralise(message.replaceAll('\r\n', '\n'), { keepNewlines: true }), longestMessage))}`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
