import type { Palette } from '../palette.js'
import { runningPhrase } from '../phrase.js'
import type { CheckProgress, StageProgress } from '../progress.js'
import { stageSummary } from '../stage-summary.js'
import { spinnerAt } from '../../../engine/live/spinner.js'
import type { FrameSize } from '../../../engine/live/renderer.js'

/**
 * The window at a moment: a line for each stage, and under it the checks that are running. Never more lines than the
 * terminal
 * can show above its cursor; running checks that find no room are counted.
 *
 * @param now milliseconds on the clock the progress was told on
 * @param waiting what the run waits for; stands below all else
 */
export function frameAt(
  stages: readonly StageProgress[],
  { rows, columns }: FrameSize,
  palette: Palette,
  now: number,
  waiting = '',
): readonly string[] {
  const spin = spinnerAt(now)
  const running = stages.flatMap((stage) => [...stage.running])
  const room = Math.max(0, rows - 1 - stages.length - (waiting === '' ? 0 : 1))
  const shown = new Set(running.length <= room ? running : running.slice(0, Math.max(0, room - 1)))
  const lines = stages.flatMap((stage) => [
    stageSummary(stage, palette, stage.running.size > 0 ? spin : '·'),
    ...[...stage.running].filter((check) => shown.has(check)).map((check) => runningLine(check, spin, columns, now)),
  ])
  if (shown.size < running.length) lines.push(palette.faint(`    … and ${running.length - shown.size} more running`))
  if (waiting !== '') lines.push(cut(`  ${spin} ${waiting}`, columns))
  return lines.slice(0, Math.max(1, rows - 1))
}

function runningLine(check: CheckProgress, spin: string, columns: number, now: number): string {
  return cut(`    ${spin} ${runningPhrase(check, now)}`, columns)
}

function cut(line: string, columns: number): string {
  const text = [...line]
  return text.length < columns ? text.join('') : `${text.slice(0, Math.max(0, columns - 2)).join('')}…`
}
