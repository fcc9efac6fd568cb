import { textOffsetIn, type YamlScalar } from '../yaml-node.js'
import { characters, leaveToLibrary, type TextCursor } from './text-cursor.js'

/**
 * A text in lines of its own, behind `|` or `>`: all of them as far in as the first one, except that a literal text may
 * have lines that are further in. Ends before the next line with content.
 *
 * @param outer indent of what the text belongs to
 */
export function readBlockText(cursor: TextCursor, outer: number): YamlScalar {
  const { position, at: start, text } = cursor
  const isFolded = text[start] === '>'
  cursor.at += 1
  const isStripped = text[cursor.at] === '-'
  if (isStripped) cursor.at += 1
  cursor.endLine()
  cursor.nextLine()
  cursor.skipSpaces()
  const { indent } = cursor
  if (cursor.isAtLineEnd() || indent <= outer) leaveToLibrary()
  const lines: string[] = []
  let empty = 0
  for (; !cursor.isAtEnd(); cursor.nextLine()) {
    while (cursor.character === characters.space && cursor.indent < indent) cursor.at += 1
    if (cursor.character === characters.lineEnd) {
      empty += 1
      continue
    }
    if (cursor.isAtEnd() || cursor.indent < indent) break
    if (isFolded && cursor.character === characters.space) leaveToLibrary()
    for (; empty > 0; empty -= 1) lines.push('')
    lines.push(text.slice(cursor.at, cursor.lineEnd))
  }
  const joined = isFolded ? folded(lines) : lines.join('\n')
  const value = isStripped ? joined : `${joined}\n`
  cursor.hasSkipped = empty > 0
  cursor.skipEmptyLines()
  return { kind: 'scalar', position, value, textOffset: textOffsetIn(text, start, value) }
}

/** Lines in a row are one line; between others so many line ends as there are empty lines. */
function folded(lines: readonly string[]): string {
  let text = ''
  let separator = ''
  for (const line of lines) {
    if (line === '') separator = separator === ' ' ? '\n' : `${separator}\n`
    else {
      text += separator + line
      separator = ' '
    }
  }
  return text
}
