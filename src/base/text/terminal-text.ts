import { z } from 'zod'
import stringWidth from 'string-width'
import type { ChalkInstance } from 'chalk'

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001B': '\\e' }

/**
 * Makes text from outside safe for a terminal: every control character, bidirectional override and line separator
 * becomes a visible escape, so that a server's reply cannot repaint the screen or hide what follows.
 *
 * @param options.keepNewlines leaves `\n` and `\t` as they are, for text that is meant to have lines
 */
export function neutralise(text: string, options: { keepNewlines?: boolean } = {}): string {
  return text.replace(
    /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g,
    (character) => {
      if (options.keepNewlines === true && (character === '\n' || character === '\t')) return character
      return named[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`
    },
  )
}

/**
 * Text in which a build server that reads the log finds no command for itself: GitHub's `::name::` at the beginning of
 * a line and `##[name]`, Azure's `##vso[name]` and TeamCity's `##teamcity[name]` anywhere. A space takes them apart.
 */
export function withoutLogCommands(text: string): string {
  return text.replace(/#(?=#\w*\[)/g, '# ').replace(/^([^\S\r\n\u2028\u2029]*:)(?=:[^\s:]+(?: [^\n]*?)?::)/gm, '$1 ')
}

/**
 * Characters that take no ink: blanks, controls, what is unassigned, marks without a letter, fillers and the empty
 * braille cell.
 */
const unseen = /[\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** Whether a reader sees anything of a text. */
export function hasVisibleText(text: string): boolean {
  return text.replace(unseen, '') !== ''
}

/**
 * The first character of a text that a reader does not see, or that changes the order of what he sees, as an escape;
 * line ends and tabs are none.
 */
export function hiddenCharacter(text: string): string | undefined {
  for (const character of text) {
    const shown = neutralise(character, { keepNewlines: true })
    if (shown !== character) return shown
  }
  return undefined
}

/** `2026-01-02 03:04:05 UTC` of an ISO-8601 time; empty stays empty. */
export function timeText(at: string): string {
  return at === '' ? '' : neutralise(at.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC'))
}

/** Text from outside on one line. */
export function lineText(text: string): string {
  return neutralise(text.replace(/\s+/g, ' ').trim())
}

/**
 * A path on this machine, where an input names one. `meta` says that it is one: a relative path that is written in a
 * file starts from the folder of that file.
 */
export const pathText = () => pathOrEmpty().min(1)

/** The same where an empty text says that there is none. */
export const pathOrEmpty = () =>
  z
    .string()
    .max(4096)
    .refine((path) => !path.includes('\0'), 'expected a path without a NUL character')
    .meta({ preflight: 'path' })

/**
 * Text that is handed to somebody else as it is. A NUL character ends a text for half of the world, so there is none in
 * it.
 */
export const textWithoutNul = (longest = 100_000) =>
  z
    .string()
    .max(longest)
    .refine((text) => !text.includes('\0'), 'expected text without a NUL character')

export function factText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** A value on one line, in quotes where blanks around it, or its emptiness, would not be seen. */
export function valueText(value: string): string {
  return value === '' || value !== value.trim() ? `"${neutralise(value)}"` : neutralise(value)
}

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

/** How text on standard output is laid out. */
export interface TextStyle {
  readonly chalk: ChalkInstance
  readonly width: number
}

/**
 * Breaks text at blanks so that no line takes more than `width` columns, every line after an indentation. A wider word
 * keeps a line to itself.
 */
export function wrap(text: string, width: number, indentation = ''): string {
  const line = text
    .split(/\s+/)
    .filter((word) => word !== '')
    .join(' ')
  return breakLine(line, width - indentation.length)
    .map((each) => indentation + each)
    .join('\n')
}
