import { neutralise } from './terminal-text.js'

/**
 * Text on one line of Markdown (GitHub's), shown as it is: nothing in it is markup, a link, an HTML tag or a table's
 * border, and every control character is a visible escape.
 */
export function inline(text: string): string {
  const line = neutralise(text.replace(/\s+/g, ' ').trim())
    .replace(/[\\`*[\]|~#]/g, '\\$&')
    // Between letters it is part of a name, and no emphasis.
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
  // What would begin a list, a quotation or an underlined heading.
  return line.replace(/^([-+>=])/, '\\$1').replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
}

/** Text of several paragraphs, each on a line of its own. */
export function paragraphs(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map(inline)
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
}

/** A piece of code within a line. */
export function code(text: string): string {
  const line = neutralise(text.replaceAll('\r\n', '\n').trim())
  if (line === '') return '<code></code>'
  // A table's border ends a cell even within backticks. In a tag, unlike in those, an address would become a link.
  if (line.includes('|'))
    return `<code>${inline(line)
      .replaceAll('\\|', '&#124;')
      .replaceAll('://', '&#58;//')
      .replace(/w(?=ww\.)/gi, (letter) => `&#${letter.charCodeAt(0)};`)}</code>`
  const ticks = '`'.repeat(longestRun(line) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${ticks}${pad}${line}${pad}${ticks}`
}

/** Lines of code as they are, apart from control characters. No line of theirs ends the block. */
export function fence(text: string, language = ''): string {
  const lines = neutralise(text.replaceAll('\r\n', '\n').replace(/\n+$/, ''), { keepNewlines: true })
  const ticks = '`'.repeat(Math.max(3, longestRun(lines) + 1))
  return `${ticks}${language}\n${lines}\n${ticks}`
}

/** A table whose cells are Markdown already; nothing for no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')]
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
}
