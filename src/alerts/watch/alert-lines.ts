import { Chalk, type ChalkInstance } from 'chalk'
import { formatDuration, formatLimit } from '../../base/time/duration.js'
import { lineText, timeText } from '../../base/text/terminal-text.js'
import type { AlertChange, AlertResult } from '../alerts-document.js'
import type { AlertState } from '../evaluate/alert-standing.js'
import { figureText, stateWords } from '../text/alerts-text.js'
import type { WatchPace } from './alerts-view.js'

/** The lines of the views of a watch, each of one alert, one change, one round. */
export class AlertLines {
  readonly chalk: ChalkInstance

  constructor(hasColour: boolean) {
    this.chalk = new Chalk({ level: hasColour ? 1 : 0 })
  }

  /** An alert as it is: `✖ firing  P0  bus/service-down  connection refused`. */
  alert(alert: AlertResult): string {
    const { state, id, priority, value, limit, unit, message } = alert
    const figure = figureText(value, unit)
    const bound = figureText(limit, unit)
    const figures = figure === undefined ? '' : `  ${figure}${bound === undefined ? '' : ` (limit ${bound})`}`
    const found = state === 'not-firing' && alert.rounds.held === 0 ? '' : lineText(message)
    return `${this.#painted(state, stateWords[state].padEnd(16))} ${priority.name.padEnd(3)} ${id}${figures}${found === '' ? '' : `  ${this.chalk.dim(found)}`}`
  }

  /** A change, with what to do where it fires. */
  change({ at, from, to, alert }: Omit<AlertChange, 'schemaVersion' | 'tool'>): readonly string[] {
    const found = alert.message === '' ? '' : `: ${lineText(alert.message)}`
    const before = from === 'firing' ? ' (it was firing)' : ''
    const head = `${timeText(at)}  ${this.#painted(to, stateWords[to])}  ${alert.priority.name} ${alert.id}${before}${found}`
    if (to !== 'firing') return [head]
    const within = alert.priority.within === '' ? '' : `, within ${alert.priority.within}`
    return [head, `    run: ${alert.response.command}`, `    call: ${alert.priority.call}${within}`]
  }

  /** How fast rounds follow one another: `round 12, every 30s`, and what was really reached. */
  pace({ round, intervalMs, reachedMs, tookMs }: WatchPace): string {
    const reached = reachedMs === undefined ? '' : `, reached: every ${formatDuration(reachedMs)}`
    return `round ${round}, every ${formatLimit(intervalMs)}${reached}, the last took ${formatDuration(tookMs)}`
  }

  #painted(state: AlertState, text: string): string {
    const { chalk } = this
    return { firing: chalk.red, 'not-evaluable': chalk.yellow, 'not-firing': chalk.green }[state](text)
  }
}

/** Milliseconds by which a round may begin late: what a timer and a busy machine take. */
const lateness = 1000

/** Whether rounds follow one another more slowly than was asked for. */
export function isBehind({ intervalMs, reachedMs }: Pick<WatchPace, 'intervalMs' | 'reachedMs'>): boolean {
  return reachedMs !== undefined && reachedMs > intervalMs + Math.max(lateness, intervalMs / 20)
}
