import stringWidth from 'string-width'

/** Characters of one column whatever is beside them, such as those of reports: the library takes long to begin. */
const narrow = /^[\u0020-\u007E\u00A0-\u00AC\u00AE-\u00FF–—“”‘’•…→↳✓✔✖✗⚠‼⏱◌≈≤≥×·─│├└]*$/

/** Columns that a text takes on a terminal: two for East Asian characters and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  return narrow.test(text) ? text.length : stringWidth(text)
}

/**
 * Breaks one line of text at blanks so that no line takes more than `width` columns. A line that fits stays as it is; a
 * word that is wider than that keeps a line to itself. Blanks at the start and the end of what is broken are left out.
 */
export function breakLine(line: string, width: number): readonly string[] {
  const words = line.split(' ')
  // Word by word: most are plain, which is measured at once, and a line may hold all that a server said.
  const widths = words.map(displayWidth)
  if (widths.reduce((sum, each) => sum + each, words.length - 1) <= width) return [line]
  const rows: string[] = []
  let row = ''
  let used = 0
  let blanks = 0
  for (const [index, word] of words.entries()) {
    if (index > 0 && used > 0) blanks += 1
    if (word === '') continue
    const columns = Math.max(1, widths[index]!)
    if (used > 0 && used + blanks + columns > width) {
      rows.push(row)
      row = ''
      used = blanks = 0
    }
    row += ' '.repeat(blanks) + word
    used += blanks + columns
    blanks = 0
  }
  return [...rows, row]
}

/** The text within `width` columns, its end given up for `…` when it does not fit. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  const [head = ''] = cutToWidth(text, width - 1)
  return displayWidth(head) < width ? `${head}…` : '…'
}

let segmenter: Intl.Segmenter | undefined

/** A text in pieces of at most `width` columns, of one character at the least. No character is cut in two. */
export function cutToWidth(text: string, width: number): readonly string[] {
  if (displayWidth(text) <= width) return [text]
  // Character by character, a long answer of a server would take seconds.
  if (narrow.test(text)) return text.match(new RegExp(`.{1,${Math.max(1, width)}}`, 'gu')) ?? []
  const pieces = ['']
  let used = 0
  // It takes milliseconds to make, and text of narrow characters needs none.
  segmenter ??= new Intl.Segmenter()
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
