import { Chalk } from 'chalk'
import { statusMarks } from '../result/reporter.js'
import type { Status } from '../../base/vocabulary.js'

/** Marks and emphasis, with or without colour. */
export interface Palette {
  mark(status: Status): string
  strong(text: string): string
  faint(text: string): string
}

export function paletteFor(colour: boolean): Palette {
  const chalk = new Chalk({ level: colour ? 1 : 0 })
  const paints = {
    pass: chalk.green,
    warn: chalk.yellow,
    fail: chalk.red,
    error: chalk.red,
    timeout: chalk.red,
    blocked: chalk.yellow,
    waived: chalk.yellow,
    'not-applicable': chalk.dim,
  } as const
  return { mark: (status) => paints[status](statusMarks[status]), strong: chalk.bold, faint: chalk.dim }
}
