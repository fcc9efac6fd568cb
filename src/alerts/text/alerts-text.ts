import { formatLimit } from '../../base/time/duration.js'
import { lineText, neutralise, timeText, type TextStyle, wrap } from '../../base/text/terminal-text.js'
import type { AlertResult, AlertsDocument } from '../alerts-document.js'
import type { AlertState } from '../evaluate/alert-standing.js'

/** How each state looks where a person reads it: readable without colour. */
export const stateWords: Readonly<Record<AlertState, string>> = {
  firing: '✖ firing',
  'not-evaluable': '‼ not evaluable',
  'not-firing': '✔ not firing',
}

/** A round of alerts for people: what fires first, each with what to do. */
export function alertsText(document: AlertsDocument, style: TextStyle): string {
  const { alerts, counts, deployment, profile, at, notices } = document
  const { chalk, width } = style
  const heading = `Alerts${deployment === null ? '' : ` of ${lineText(deployment)}`}, profile ${profile}, ${timeText(at)}`
  const tally = [
    `${counts.firing} firing`,
    `${counts.notEvaluable} not evaluable`,
    `${counts.notFiring} not firing`,
  ].join(', ')
  return [
    chalk.bold(heading),
    '',
    ...alerts.flatMap((alert) => [...alertLines(alert, style), '']),
    ...notices.map((notice) => wrap(`note: ${lineText(notice)}`, width)),
    ...(notices.length === 0 ? [] : ['']),
    chalk.bold(tally),
    '',
  ].join('\n')
}

function alertLines(alert: AlertResult, { chalk, width }: TextStyle): readonly string[] {
  const paint = { firing: chalk.red, 'not-evaluable': chalk.yellow, 'not-firing': chalk.green }[alert.state]
  const head = `${paint(stateWords[alert.state])}  ${chalk.bold(alert.id)}  ${alert.priority.name}`
  const facts = [...foundLines(alert), ...(alert.state === 'not-firing' ? [] : actionLines(alert))]
  return [
    head,
    wrap(neutralise(alert.title), width, '    '),
    // A command is copied: it is never broken.
    ...facts.map(([name, text]) =>
      name === 'run' ? `    ${chalk.dim('run:')} ${text}` : wrap(`${name}: ${text}`, width, '    '),
    ),
  ]
}

type Line = readonly [name: string, text: string]

function foundLines(alert: AlertResult): readonly Line[] {
  const lines: Line[] = []
  if (alert.message !== '') lines.push([alert.state === 'not-evaluable' ? 'why' : 'found', lineText(alert.message)])
  const value = figureText(alert.value, alert.unit)
  if (value !== undefined) lines.push(['value', `${value}${limitText(alert)}`])
  else lines.push(...alert.conditions.map(({ check, status }): Line => ['check', `${check} is ${status}`]))
  const held = alert.rounds.held > 1 ? ` (${alert.rounds.held} rounds)` : ''
  lines.push(['since', alert.since === null ? 'unknown: no earlier round is known' : `${timeText(alert.since)}${held}`])
  return lines
}

function actionLines({ state, response, priority, escalate }: AlertResult): readonly Line[] {
  const within = priority.within === '' ? '' : `, within ${priority.within}`
  return [
    ['run', response.command],
    ['call', `${priority.call}${within}`],
    ...(state === 'firing' ? escalate : []).map(({ afterMs, call, due }): Line => [
      due ? 'call now' : `after ${formatLimit(afterMs)}, call`,
      call,
    ]),
  ]
}

function limitText({ limit, unit }: AlertResult): string {
  const text = figureText(limit, unit)
  return text === undefined ? '' : `, limit: ${text}`
}

/** A figure with its unit; `undefined` where there is none. */
export function figureText(figure: AlertResult['value'], unit: string): string | undefined {
  if (figure === null) return undefined
  const text = typeof figure === 'number' ? String(Number(figure.toFixed(2))) : lineText(String(figure))
  return unit === '' ? text : `${text} ${unit}`
}
