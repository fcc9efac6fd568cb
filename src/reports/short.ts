import { neutralise, withoutLogCommands } from '../base/text/terminal-text.js'
import type { CheckResult } from '../checks/result/report.js'
import { statusMarks, type Reporter } from '../checks/result/reporter.js'
import { cut, foundText } from './wording/finding.js'
import { byUrgency, notedStatuses, runFacts, tally, verdictSentence } from './wording/verdict-words.js'

/** More than this is not read in a chat. */
const mostFindings = 10
const longestLine = 240

export const reporter: Reporter = {
  format: 'short',
  title: 'a few lines to paste into a chat',
  render(document) {
    const { diagnostics = [], notices = [], tool } = document
    const findings = byUrgency(document, notedStatuses)
    const problems = diagnostics.map(({ file, line, column, message }) => `✖ ${file}:${line}:${column}: ${message}`)
    const lines = [
      `${tool.name}: ${verdictSentence(document)}`,
      runFacts(document).join(' · '),
      tally(document),
      ...fewOf(notices.map((notice) => `! ${notice}`)),
      ...fewOf(problems),
      ...fewOf(findings.map(findingLine)),
    ]
    return `${lines.map(chatLine).join('\n')}\n`
  },
}

function findingLine(check: CheckResult): string {
  return `${statusMarks[check.status]} ${check.id} (${check.status}): ${foundText(check)}`
}

function fewOf(lines: readonly string[]): readonly string[] {
  const rest = lines.length - mostFindings
  return rest > 0 ? [...lines.slice(0, mostFindings), `… and ${rest} more`] : lines
}

/** One line that mentions no one: the chat would act on a mention. */
function chatLine(text: string): string {
  const line = withoutLogCommands(neutralise(text.replace(/\s+/g, ' ').trim()))
    .replace(/(?<![\w.])@(?=\w)/g, '(at)')
    .replace(/<(?=[!@#])/g, '< ')
  return cut(line, longestLine)
}
