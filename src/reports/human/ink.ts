import { Chalk, type ChalkInstance } from 'chalk'
import type { ResultDocument } from '../../checks/result/report.js'
import { statusMarks, type ReportDetail, type ReporterOptions } from '../../checks/result/reporter.js'
import type { Status } from '../../base/vocabulary.js'
import { breakLine, cutToWidth, neutralise, withoutLogCommands } from '../../base/text/terminal-text.js'

/** A part of the report: its lines, none when it has nothing to say. */
export type ReportSection = (document: ResultDocument, ink: Ink) => readonly string[]

type Style = 'strong' | 'faint' | 'good' | 'bad' | 'doubtful'

/** What lines are written with. Everything it is given is made safe for a terminal. */
export interface Ink {
  readonly width: number
  readonly detail: ReportDetail
  /** One line of text in a style. */
  write(text: string, style?: Style): string
  /** The mark of a status in its colour. */
  mark(status: Status): string
  /** Text of any length under a label, wrapped and indented: `    fix      set …`. */
  field(label: string, text: string): readonly string[]
  /** Text of any length, wrapped behind an indentation of so many columns. */
  prose(text: string, indentation: number, style?: Style): readonly string[]
}

const labelWidth = 9

const fieldIndentation = 4

/** Below this there is no room for a label and a word beside it. */
const leastWidth = 40

const statusStyles: Readonly<Record<Status, Style>> = {
  pass: 'good',
  warn: 'doubtful',
  fail: 'bad',
  error: 'bad',
  timeout: 'bad',
  blocked: 'doubtful',
  waived: 'doubtful',
  'not-applicable': 'faint',
}

export function inkFor({ colour, width, detail = 'usual' }: ReporterOptions): Ink {
  const chalk = new Chalk({ level: colour ? 1 : 0 })
  const styles: Readonly<Record<Style, ChalkInstance>> = {
    strong: chalk.bold,
    faint: chalk.dim,
    good: chalk.green,
    bad: chalk.red.bold,
    doubtful: chalk.yellow,
  }
  const columns = Number.isInteger(width) ? Math.max(leastWidth, width) : 80
  const paint = (line: string, style: Style | undefined): string =>
    style === undefined || line === '' ? line : styles[style](line)
  return {
    width: columns,
    detail,
    write: (text, style) => paint(wrapByWidth(text, Infinity).join(' '), style),
    mark: (status) => paint(statusMarks[status], statusStyles[status]),
    prose: (text, indentation, style) =>
      wrapByWidth(text, columns - indentation).map((line) => `${' '.repeat(indentation)}${paint(line, style)}`),
    field(label, text) {
      const indentation = fieldIndentation + labelWidth
      return wrapByWidth(text, columns - indentation).map((line, index) => {
        const head =
          index === 0
            ? `${' '.repeat(fieldIndentation)}${styles.faint(label.padEnd(labelWidth))}`
            : ' '.repeat(indentation)
        return `${head}${line}`
      })
    },
  }
}

/**
 * Lines of at most `width` columns, safe for a terminal and a build server's log. Line breaks of the text are kept; a
 * word that is too long is cut. A line that would begin with a command is a column longer.
 */
export function wrapByWidth(text: string, width: number): readonly string[] {
  const lines = neutralise(text.replaceAll('\r\n', '\n').replace(/\n+$/, ''), { keepNewlines: true })
    .replaceAll('\t', '  ')
    .split('\n')
  return lines
    .flatMap((line) =>
      breakLine(
        line
          .split(' ')
          .flatMap((word) => cutToWidth(word, width))
          .join(' '),
        width,
      ),
    )
    .map(withoutLogCommands)
}
