import { neutralise } from '../../base/text/terminal-text.js'
import type { FrameSize } from '../../engine/live/renderer.js'
import { spinnerAt } from '../../engine/live/spinner.js'
import type { StepPalette } from './step-lines.js'

/** What the window shows of a run at a moment. */
export interface RunbookFrame {
  readonly title: string
  readonly ended: number
  readonly total: number
  /** What it is busy with. */
  readonly running: string | undefined
  /** The last lines of output of that. */
  readonly output: readonly string[]
  /** Titles of the steps that come next, as many as are worth showing, indented. */
  readonly next: readonly string[]
  /** Steps that come after those. */
  readonly further: number
}

/**
 * The window: the run, its running step with its last lines of output, and what comes next. Never higher than the
 * terminal.
 */
export function runbookFrameAt(
  frame: RunbookFrame,
  { rows, columns }: FrameSize,
  palette: StepPalette,
  now: number,
): readonly string[] {
  const fit = (text: string): string => {
    const characters = [...text]
    return characters.length < columns ? text : `${characters.slice(0, Math.max(0, columns - 2)).join('')}…`
  }
  const lines = [
    palette.strong(fit(`${neutralise(frame.title)}  ${frame.ended}/${frame.total}`)),
    ...(frame.running === undefined ? [] : [fit(`${spinnerAt(now)} ${frame.running}`)]),
    ...frame.output.map((line) => palette.faint(fit(`    | ${line}`))),
    ...frame.next.map((title) => palette.faint(fit(`· ${title}`))),
    ...(frame.further === 0 ? [] : [palette.faint(fit(`  … and ${frame.further} more`))]),
  ]
  return lines.slice(0, Math.max(1, rows - 1))
}
