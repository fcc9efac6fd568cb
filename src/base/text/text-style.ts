import type { ChalkInstance } from 'chalk'

/** How text on standard output is laid out. */
export interface TextStyle {
  readonly chalk: ChalkInstance
  readonly width: number
}

/**
 * Breaks text at blanks so that no line is longer than `width`, every line after an indentation. A longer word keeps a
 * line to itself.
 */
export function wrap(text: string, width: number, indentation = ''): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    if (line !== '' && indentation.length + line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  lines.push(line)
  return lines.map((each) => indentation + each).join('\n')
}
