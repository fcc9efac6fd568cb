import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** Characters of one column whatever is beside them, such as those of reports: the library takes long to begin. */
const narrow = /^[\u0020-\u007E\u00A0-\u00AC\u00AE-\u00FF–—“”‘’•…→↳✓✔✖✗⚠‼⏱◌≈≤≥×·─│├└]*$/

/** Columns that a text takes on a terminal: two for East Asian characters and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  return narrow.test(text) ? text.length : stringWidth(text)
}

/**
 * Breaks one line of text at blanks so that no line takes more than `width` columns. A line that fits stays as it is; a
 * word that is wider than that keeps a line to itself.
 *
 * The library breaks an outline of the text, in which every word is a run of `x` of its width: the text itself it would
 * bring into another form of Unicode (NFC), and a file name would no longer be that of the file.
 */
export function breakLine(line: string, width: number): readonly string[] {
  const words = line.match(/[^ ]+/g) ?? []
  // Word by word: most are plain, which is measured at once, and a line may hold all that a server said.
  const widths = words.map(displayWidth)
  const blanks = line.length - words.join('').length
  if (widths.reduce((sum, each) => sum + each, blanks) <= width) return [line]
  const outline = line.replace(/[^ ]+/g, () => 'x'.repeat(Math.max(1, widths.shift() ?? 1)))
  let next = 0
  return wrapAnsi(outline, width)
    .split('\n')
    .map((row) => row.replace(/x+/g, () => words[next++] ?? ''))
}

/** The text within `width` columns, its end given up for `…` when it does not fit. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  const [head = ''] = cutToWidth(text, width - 1)
  return displayWidth(head) < width ? `${head}…` : '…'
}

const segmenter = new Intl.Segmenter()
const plain = /^[ -~]*$/

/** A text in pieces of at most `width` columns, of one character at the least. No character is cut in two. */
export function cutToWidth(text: string, width: number): readonly string[] {
  if (displayWidth(text) <= width) return [text]
  // Character by character, a long answer of a server would take seconds.
  if (plain.test(text)) return text.match(new RegExp(`.{1,${Math.max(1, width)}}`, 'g')) ?? []
  const pieces = ['']
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    const columns = displayWidth(segment)
    if (used + columns > width && used > 0) {
      pieces.push('')
      used = 0
    }
    pieces[pieces.length - 1] = `${pieces.at(-1) ?? ''}${segment}`
    used += columns
  }
  return pieces
}
