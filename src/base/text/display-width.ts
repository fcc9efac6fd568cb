import stringWidth from 'string-width'

/** Characters of one column whatever is beside them, such as those of reports: the library takes long to begin. */
const narrow = /^[\u0020-\u007E\u00A0-\u00AC\u00AE-\u00FF–—“”‘’•…→↳✓✔✖✗⚠‼⏱◌≈≤≥×·─│├└]*$/

/** Columns that a text takes on a terminal: two for East Asian characters and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  return narrow.test(text) ? text.length : stringWidth(text)
}

/**
 * Breaks one line of text at blanks so that no line takes more than `width` columns. A line that fits stays as it is; a
 * word that is wider than that keeps a line to itself. Blanks at the ends of the lines that are made are left out.
 */
export function breakLine(line: string, width: number): readonly string[] {
  const words = line.split(' ')
  // Word by word: most are plain, which is measured at once, and a line may hold all that a server said.
  const widths = words.map(displayWidth)
  if (widths.reduce((sum, each) => sum + each, words.length - 1) <= width) return [line]
  const rows: string[] = []
  let row = ''
  let used = 0
  for (const [index, word] of words.entries()) {
    // A word without width takes a column as well.
    const columns = word === '' ? 0 : Math.max(1, widths[index]!)
    if (row === '') {
      row = word
      used = columns
    } else if (word === '' || used + 1 + columns <= width) {
      row = `${row} ${word}`
      used += 1 + columns
    } else {
      rows.push(row.replace(/ +$/, ''))
      row = word
      used = columns
    }
  }
  return [...rows, row.replace(/ +$/, '')]
}

/** The text within `width` columns, its end given up for `…` when it does not fit. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  const [head = ''] = cutToWidth(text, width - 1)
  return displayWidth(head) < width ? `${head}…` : '…'
}

let segmenter: Intl.Segmenter | undefined
const plain = /^[ -~]*$/

/** A text in pieces of at most `width` columns, of one character at the least. No character is cut in two. */
export function cutToWidth(text: string, width: number): readonly string[] {
  if (displayWidth(text) <= width) return [text]
  // Character by character, a long answer of a server would take seconds.
  if (plain.test(text)) return text.match(new RegExp(`.{1,${Math.max(1, width)}}`, 'g')) ?? []
  const pieces = ['']
  let used = 0
  // It takes a millisecond to make, and plain text needs none.
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
