import { Chalk } from 'chalk'
import { hasColour, widthOf } from './terminal.js'
import type { TextStyle } from '../base/text/text-style.js'

export function textStyle(): TextStyle {
  return { chalk: new Chalk({ level: hasColour(process.stdout) ? 1 : 0 }), width: widthOf(process.stdout) }
}

/** The same for standard error, beside a report. */
export function progressStyle(): TextStyle {
  return { chalk: new Chalk({ level: hasColour(process.stderr) ? 1 : 0 }), width: widthOf(process.stderr) }
}
