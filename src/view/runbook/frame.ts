import { formatDuration } from '../../kernel/duration.js'
import { neutralise } from '../../kernel/terminal-text.js'
import type { FrameSize } from '../live/frame.js'
import { spinnerAt } from '../live/spinner.js'
import type { StepPalette } from './step-lines.js'

/** What the window shows of a run at a moment. */
export interface RunbookFrame {
  readonly title: string
  readonly ended: number
  readonly total: number
  /** The step that is running or being undone. */
  readonly running: { readonly title: string; readonly isUndo: boolean; readonly attempt: number; readonly since: number; readonly output: readonly string[] } | undefined
  /** Titles of the steps that come next, as many as are worth showing. */
  readonly next: readonly string[]
}

/** The window: the run, its running step with its last lines of output, and what comes next. Never higher than the terminal. */
export function runbookFrameAt(frame: RunbookFrame, { rows, columns }: FrameSize, palette: StepPalette, now: number): readonly string[] {
  const fit = (text: string): string => {
    const characters = [...text]
    return characters.length < columns ? text : `${characters.slice(0, Math.max(0, columns - 2)).join('')}…`
  }
  const lines = [palette.strong(fit(`${neutralise(frame.title)}  ${frame.ended}/${frame.total}`))]
  if (frame.running !== undefined) {
    const { title, isUndo, attempt, since, output } = frame.running
    lines.push(fit(`${spinnerAt(now)} ${isUndo ? 'undo of ' : ''}${neutralise(title)}  ${formatDuration(now - since)}${attempt > 1 ? `  attempt ${attempt}` : ''}`))
    lines.push(...output.map((line) => palette.faint(fit(`    | ${line}`))))
  }
  const left = frame.total - frame.ended - (frame.running === undefined ? 0 : 1)
  lines.push(...frame.next.map((title) => palette.faint(fit(`· ${neutralise(title)}`))))
  if (left > frame.next.length) lines.push(palette.faint(`  … and ${left - frame.next.length} more`))
  return lines.slice(0, Math.max(1, rows - 1))
}
