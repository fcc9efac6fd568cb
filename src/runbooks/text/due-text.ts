import { counted } from '../../base/text/wording.js'
import { timeText, type TextStyle } from '../../base/text/terminal-text.js'
import { stepMarks } from '../definition/runbook-vocabulary.js'
import type { DueRunbook } from '../due/due-runbooks.js'

/** Every runbook with a schedule, a line each, and when it is due. */
export function dueText(runbooks: readonly DueRunbook[], { chalk }: TextStyle): string {
  if (runbooks.length === 0) return 'No runbook has a schedule.\n'
  const rows = runbooks.map((each) => ({ ...each, when: whenText(each) }))
  const width = (key: 'id' | 'schedule' | 'when'): number => Math.max(...rows.map((row) => row[key].length))
  const lines = rows.map(({ id, schedule, when, isDue, lastRun }) => {
    const mark = isDue ? chalk.yellow(stepMarks.open) : chalk.green(stepMarks.done)
    const last = lastRun === null ? 'no run ended well' : `last run ${timeText(lastRun.startedAt)}  ${lastRun.run}`
    return `${mark} ${id.padEnd(width('id'))}  ${schedule.padEnd(width('schedule'))}  ${when.padEnd(width('when'))}  ${chalk.dim(last)}`
  })
  const due = runbooks.filter(({ isDue }) => isDue)
  const total =
    due.length === 0
      ? `None of ${counted(runbooks.length, 'runbook')} is due.`
      : `${due.length} of ${counted(runbooks.length, 'runbook')} ${due.length === 1 ? 'is' : 'are'} due; run one: preflight runbook run ${due[0]!.id}`
  return `${lines.join('\n')}\n\n${total}\n`
}

function whenText({ isDue, dueOn }: DueRunbook): string {
  if (dueOn === null) return 'due'
  return `due ${isDue ? 'since' : 'on'} ${dueOn}`
}

/** The same for programs. */
export function dueJson(runbooks: readonly DueRunbook[]): string {
  const rows = runbooks.map(({ id, title, schedule, isDue, dueOn, lastRun }) => ({
    id,
    title,
    schedule,
    due: isDue,
    dueOn,
    lastRun,
  }))
  return `${JSON.stringify({ schemaVersion: 1, runbooks: rows }, null, 2)}\n`
}
