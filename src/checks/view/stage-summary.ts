import { statuses, type Status } from '../../base/vocabulary.js'
import type { Palette } from './palette.js'
import type { StageProgress } from './progress.js'

/** The worst first: a stage wears the mark of its worst check. */
const byWeight: readonly Status[] = ['fail', 'error', 'timeout', 'blocked', 'warn', 'waived', 'pass', 'not-applicable']

/** A stage in one line: its mark once all of it has ended, how far it is until then. */
export function stageSummary(stage: StageProgress, palette: Palette, busyMark = '·'): string {
  const counts = statuses
    .filter((status) => stage.statuses.has(status))
    .map((status) => `${stage.statuses.get(status)} ${status}`)
  const worst = byWeight.find((status) => stage.statuses.has(status))
  const isOver = stage.finished === stage.total
  const mark = isOver && worst !== undefined ? palette.mark(worst) : busyMark
  const tally = [...(isOver ? [] : [`${stage.finished}/${stage.total}`]), ...counts].join(', ')
  return `${mark} ${palette.strong(stage.stage)}  ${palette.faint(tally)}`
}
