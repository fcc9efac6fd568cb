import type { IncidentDifference, Side, StillFailing } from '../compare-incidents.js'
import type { Failure } from '../incident.js'
import { neutralise, factText, wrap, type TextStyle } from '../../base/text/terminal-text.js'
import { snapshotDifferenceText } from './snapshot-text.js'

const line = (text: string): string => neutralise(text.replace(/\s+/g, ' ').trim())

/** What is different between two incidents, or an incident and a snapshot. */
export function incidentDifferenceText(difference: IncidentDifference, style: TextStyle): string {
  const { chalk } = style
  const { before, after, newlyFailing, noLongerFailing, stillFailing } = difference
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', chalk.bold(title), ...lines]
  return [
    ...[before, after].flatMap(({ name, problems }) =>
      problems.map((problem) =>
        chalk.red.bold(wrap(`✖ ${line(name)} was changed after the capture: ${line(problem)}`, style.width)),
      ),
    ),
    `${chalk.bold('Before')} ${sideText(before)}`,
    `${chalk.bold('After ')} ${sideText(after)}`,
    ...section(
      `Newly failing (${newlyFailing.length})`,
      newlyFailing.flatMap((failure) => failureLines(failure, style)),
    ),
    ...section(
      `No longer failing (${noLongerFailing.length})`,
      noLongerFailing.map(({ id }) => `  ✔ ${line(id)}`),
    ),
    ...section(
      `Still failing (${stillFailing.length})`,
      stillFailing.flatMap((still) => stillLines(still, style)),
    ),
    '',
    snapshotDifferenceText(difference.snapshot, style),
  ].join('\n')
}

function sideText({ name, incident, snapshot }: Side): string {
  const what =
    incident === undefined
      ? `a snapshot taken ${line(snapshot.takenAt)}`
      : `${incident.classification.severity}, most likely ${incident.classification.class}, run ${line(incident.run.startedAt)}`
  return `${line(name)}  ${what}`
}

function failureLines({ id, status, message }: Failure, { width }: TextStyle): readonly string[] {
  return [`  ✖ ${line(id)}  ${status}`, ...(message === '' ? [] : [wrap(line(message), width, '    ')])]
}

function stillLines({ id, was, is, changes }: StillFailing, { width }: TextStyle): readonly string[] {
  const isSame = was.status === is.status && was.message === is.message
  return [
    `  · ${line(id)}  ${is.status}`,
    ...(isSame
      ? []
      : [
          wrap(`was ${was.status}: ${line(was.message)}`, width, '    '),
          wrap(`is ${is.status}: ${line(is.message)}`, width, '    '),
        ]),
    ...changes.map((change) =>
      wrap(`${line(change.fact)}: ${line(factText(change.was))} → ${line(factText(change.is))}`, width, '    '),
    ),
  ]
}
