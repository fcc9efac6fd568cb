import type { Requirements } from '../../checks/requirements.js'
import { code, inline, table } from '../../base/text/markdown-text.js'
import { introductionOf, sectionsOf, titleOf } from './sections.js'

/** What a deployment must bring, as Markdown. */
export function requirementsMarkdown(requirements: Requirements): string {
  const sections = sectionsOf(requirements).flatMap(({ title, about, head, rows }) => [
    `## ${title}`,
    inline(about),
    ...table(
      head,
      rows.map((row) =>
        row.map((cell) => cell.map((piece) => (typeof piece === 'string' ? words(piece) : code(piece.code))).join('')),
      ),
    ),
  ])
  return `${[`# ${inline(titleOf(requirements))}`, inline(introductionOf(requirements)), ...sections].join('\n\n')}\n`
}

/** The blank after a comma stays. */
const words = (text: string): string => (text.endsWith(' ') ? `${inline(text)} ` : inline(text))
