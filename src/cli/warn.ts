import { neutralise, withoutLogCommands } from '../base/text/terminal-text.js'

/** A line on standard error, beside the report. */
export function warn(text: string): void {
  process.stderr.write(`${withoutLogCommands(neutralise(text))}\n`)
}
