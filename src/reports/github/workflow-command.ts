import { neutralise } from '../../base/text/terminal-text.js'
import { cut } from '../wording/cut.js'

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
  readonly place?: { readonly file: string; readonly line: number; readonly column?: number }
}

const longestMessage = 4000

/**
 * An annotation as a workflow command, on one line. Everything that would end a property, the command or the line is
 * escaped the way
 * the runner unescapes it (https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts).
 */
export function annotation({ level, title, message, place }: Annotation): string {
  const { file, line, column } = place ?? {}
  const properties = Object.entries({ file, line, col: column, title }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(neutralise(String(value)))}`],
  )
  return `::${level} ${properties.join(',')}::${escapeData(cut(neutralise(message.replaceAll('\r\n', '\n'), { keepNewlines: true }), longestMessage))}`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
