import type { HistoryEntry } from '../run-history.js'
import { stateAgain } from '../record/started-with.js'
import { lineText, timeText } from '../../base/text/line-text.js'
import type { TextStyle } from '../../base/text/text-style.js'

/**
 * Runs, a line each, the latest first.
 *
 * @param state the folder that --state named, absolute
 */
export function historyText(runs: readonly HistoryEntry[], { chalk }: TextStyle, state?: string): string {
  if (runs.length === 0) return 'There are no runs.\n'
  const runWidth = Math.max(...runs.map(({ run }) => run.length))
  const stateWidth = Math.max(...runs.map(({ state }) => state.length))
  const lines = runs.flatMap(({ run, runbook, state, startedAt, operator, target, problem }) => {
    if (problem !== '')
      return [`${run.padEnd(runWidth)}  ${paint(state, chalk)(state)}`, chalk.red(`    ${lineText(problem)}`)]
    return [
      `${run.padEnd(runWidth)}  ${paint(state, chalk)(state.padEnd(stateWidth))}  ${runbook}  ${chalk.dim(`${timeText(startedAt)} by ${lineText(operator)} on ${lineText(target)}`)}`,
    ]
  })
  return `${lines.join('\n')}\n\n${runs.length} ${runs.length === 1 ? 'run' : 'runs'}; one in full: preflight runbook status RUN${stateAgain({ state })}\n`
}

/** The same for programs. */
export function historyJson(runs: readonly HistoryEntry[]): string {
  return `${JSON.stringify(runs, null, 2)}\n`
}

function paint(state: string, chalk: TextStyle['chalk']): (text: string) => string {
  if (state === 'completed') return chalk.green
  return ['failed', 'undo-failed', 'damaged'].includes(state) ? chalk.red : chalk.yellow
}
