import type { ChalkInstance } from 'chalk'
import { breakLine } from './display-width.js'

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
