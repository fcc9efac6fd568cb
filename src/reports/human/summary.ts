import type { ResultDocument } from '../../checks/result/report.js'
import { tally } from '../wording/tally-words.js'
import { verdictWords, type VerdictWords } from '../wording/verdict-words.js'
import type { Ink, Section } from './ink.js'

const styles = { go: 'good', part: 'doubtful', 'no-go': 'bad', incomplete: 'bad' } as const satisfies Record<
  VerdictWords['kind'],
  string
>

/** The counts, and then the verdict. */
export const summary: Section = (document, ink) => [
  '─'.repeat(Math.min(ink.width, 80)),
  ...ink.prose(tally(document), 0),
  ...verdictLines(document, ink),
]

function verdictLines(document: ResultDocument, ink: Ink): readonly string[] {
  const { kind, headline, exit, reason } = verdictWords(document)
  return ink.prose(`${headline}${exit === '' ? '' : `  ${exit}`}${reason === '' ? '' : `: ${reason}`}`, 0, styles[kind])
}
