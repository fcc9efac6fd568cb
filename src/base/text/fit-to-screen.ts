import { breakLine, displayWidth } from './terminal-text.js'

/**
 * Text whose lines fit on a screen: wider ones are broken between words, the rest of a line under its beginning. A line
 * that is a command of preflight is broken as a shell reads it, so that it can still be copied.
 */
export function fitToScreen(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => fitLine(line, columns))
    .join('\n')
}

/**
 * One line, as several where it is too wide. A word that is wider than the screen, such as a digest or a path, is never
 * broken, since it is there to be copied: it has a line to itself from the screen's edge, and the terminal goes on with
 * it in the next.
 */
export function fitLine(line: string, columns: number): readonly string[] {
  if (displayWidth(line) <= columns) return [line]
  const [, lead = '', mark = ''] = beginning.exec(line) ?? []
  const hanging = `${lead}${lead === '' && mark === '' ? '' : '  '}`
  const content = line.slice(lead.length)
  if (command.test(content)) return commandLines(content, columns, { lead, hanging })
  // Columns of a table are not columns any more.
  const words = content.slice(mark.length).replaceAll(/ {3,}/g, '  ')
  const [first = '', ...rest] = breakLine(words, columns - hanging.length)
  const begin = mark === '' ? indented(first, lead, columns) : lead + mark + first
  return [begin, ...rest.map((row) => indented(row, hanging, columns))]
}

function indented(row: string, indentation: string, columns: number): string {
  return displayWidth(indentation + row) > columns ? row : indentation + row
}

/** Blanks, and the mark of an entry in whatever colour. */
const beginning = /^( *)((?:\u001B\[[\d;]*m)*[^\p{L}\p{N}\s\u001B](?:\u001B\[[\d;]*m)* )?/u

const command = /^preflight [a-z-]+ /

/** A word; what is quoted belongs to it. */
const word = /(?:[^\s"']|"[^"]*"|'[^']*')+/g
/** A flag with its value, or another word. */
const argument = new RegExp(`-\\S+ +(?!-)${word.source}|${word.source}`, 'g')

function commandLines(
  text: string,
  columns: number,
  { lead, hanging }: { readonly lead: string; readonly hanging: string },
): readonly string[] {
  const rows: string[] = []
  let row = ''
  const fits = (part: string): boolean => displayWidth(`${hanging}${part} \\`) <= columns
  const parts = (text.match(argument) ?? []).flatMap((part) => (fits(part) ? [part] : (part.match(word) ?? [])))
  for (const part of parts) {
    const longer = row === '' ? part : `${row} ${part}`
    if (row !== '' && !fits(longer)) {
      rows.push(`${row} \\`)
      row = part
    } else row = longer
  }
  return [...rows, row].map((each, index) => (index === 0 ? lead + each : indented(each, hanging, columns)))
}
