import type { CapturedIncident } from '../capture-incident.js'
import type { ReadIncident } from '../read-incident.js'
import type { BundleVerdict } from '../verify-incident.js'
import { counted } from '../../base/text/wording.js'
import type { IncidentSeverity } from '../classification.js'
import { notGathered } from '../not-gathered.js'
import type { EvidenceRecord, Failure, Incident } from '../incident.js'
import { statusMarks } from '../../checks/result/reporter.js'
import { neutralise, factText, wrap, type TextStyle } from '../../base/text/terminal-text.js'

const line = (text: string): string => neutralise(text.replace(/\s+/g, ' ').trim())

/** What was captured, where it is, and what to do with it. */
export function capturedText({ incident, folder, archive, archiveSha256 }: CapturedIncident, style: TextStyle): string {
  const { chalk, width } = style
  const missing = incident.evidence.filter(({ state }) => state === 'failed' || state === 'timed-out')
  return [
    headline(incident, style),
    ...incident.classification.reasons.map((reason) => wrap(line(reason), width, '  ')),
    '',
    `${chalk.bold('Folder ')}  ${neutralise(folder)}`,
    `${chalk.bold('Archive')}  ${neutralise(archive)}`,
    chalk.dim(`         sha256 ${archiveSha256}`),
    '',
    ...notGathered(missing).map(({ titles, message }) =>
      chalk.yellow(
        wrap(`not gathered: ${titles.map(line).join(', ')}${message === '' ? '' : ` (${line(message)})`}`, width),
      ),
    ),
    ...incident.notes.map((note) => chalk.yellow(wrap(line(note), width))),
    wrap(
      `Paste ${neutralise(folder)}/summary.md into the ticket and attach the archive. It was searched for every known secret of this deployment; still, review it before it leaves the company.`,
      width,
    ),
    '',
  ].join('\n')
}

/** A bundle for a person: what failed, since when, what was gathered, and whether it is complete. */
export function incidentText({ incident, bundle, problems }: ReadIncident, style: TextStyle): string {
  const { chalk, width } = style
  const { run, failures, lastGood, evidence, diagnostics, notes } = incident
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', chalk.bold(title), ...lines]
  return [
    ...problems.map((problem) => chalk.red.bold(wrap(`✖ changed after the capture: ${line(problem)}`, width))),
    headline(incident, style),
    ...incident.classification.reasons.map((reason) => wrap(line(reason), width, '  ')),
    ...section('Where', [
      `  ${line(run.deployment ?? run.host)}${run.deployment === null ? '' : ` from ${line(run.host)}`}, profile ${line(run.profile)}, commit ${line(run.commit ?? 'unknown')}${run.dirty ? ' with changes' : ''}`,
      `  run ${line(run.id)}, started ${line(run.startedAt)}; captured ${line(incident.capturedAt)} by preflight ${line(incident.tool.version)}`,
      wrap(
        lastGood === null
          ? 'no earlier good result is known'
          : `last good ${line(lastGood.finishedAt)} (run ${line(lastGood.run)}${lastGood.commit === null ? '' : `, commit ${line(lastGood.commit)}`})`,
        width,
        '  ',
      ),
    ]),
    ...section(
      `Problems (${diagnostics.length})`,
      diagnostics.map(({ file, line: at, message }) => wrap(`${line(file)}:${at} ${line(message)}`, width, '  ')),
    ),
    ...section(
      `Failed (${failures.length})`,
      failures.flatMap((failure) => failureLines(failure, style)),
    ),
    ...section(
      `Evidence (${evidence.length})`,
      evidence.flatMap((one) => evidenceLines(one, style)),
    ),
    ...section(
      'Notes',
      notes.map((note) => wrap(line(note), width, '  ')),
    ),
    '',
    chalk.dim(`${counted(bundle.files.size, 'file')}; --file PATH prints one of them, such as summary.md`),
    '',
  ].join('\n')
}

function headline({ id, classification }: Incident, { chalk }: TextStyle): string {
  return `${chalk.bold.underline(line(id))}  ${severityInk[classification.severity](chalk)(classification.severity)}, most likely ${chalk.bold(classification.class)}`
}

const severityInk: Readonly<Record<IncidentSeverity, (chalk: TextStyle['chalk']) => TextStyle['chalk']>> = {
  blocker: (chalk) => chalk.red.bold,
  critical: (chalk) => chalk.red,
  high: (chalk) => chalk.yellow,
}

function failureLines(failure: Failure, { chalk, width }: TextStyle): readonly string[] {
  const { id, status, severity, class: failureClass, message, fix, commandLine, changes, blocks, reproduce } = failure
  const said = (name: string, text: string): readonly string[] =>
    text === '' ? [] : [wrap(`${name}: ${line(text)}`, width, '    ')]
  return [
    `  ${statusMarks[status]} ${chalk.bold(line(id))}  ${status}, ${severity}, ${failureClass}`,
    ...said('found', message),
    ...said('ran', commandLine),
    ...changes.flatMap(({ fact, was, is }) => said(`${line(fact)} was ${factText(was)}, is`, factText(is))),
    ...(blocks.length === 0 ? [] : said('blocks', blocks.join(', '))),
    ...said('fix', fix),
    ...said('again', reproduce),
  ]
}

function evidenceLines(
  { title, state, file, message }: EvidenceRecord,
  { chalk, width }: TextStyle,
): readonly string[] {
  const note = [file === null ? state : '', message].filter((text) => text !== '').join(': ')
  return [
    `  ${file === null ? '–' : '✔'} ${line(title)}${file === null ? '' : `  ${chalk.dim(line(file))}`}`,
    ...(note === '' ? [] : [chalk.dim(wrap(line(note), width, '    '))]),
  ]
}

/** Whether a bundle can be relied on. */
export function bundleVerdictText(
  { name, files, problems, leaks, notSearched }: BundleVerdict,
  { chalk, width }: TextStyle,
): string {
  const isGood = problems.length === 0 && (leaks ?? []).length === 0
  return [
    `${line(name)}: ${isGood ? chalk.green.bold('whole') : chalk.red.bold('cannot be relied on')}, ${counted(files, 'file')}.`,
    ...problems.map((problem) => wrap(`✖ ${line(problem)}`, width, '  ')),
    ...(leaks ?? []).map(({ name: secret, file }) => wrap(`✖ ${line(file)} shows ${line(secret)}`, width, '  ')),
    leaks === undefined
      ? chalk.yellow(wrap('Not searched for secrets: no environment was given. Give --env-file.', width))
      : leaks.length === 0
        ? chalk.dim('Searched for the secrets of the environment: none found.')
        : chalk.red(
            wrap('Do not pass it on. Delete it, capture again, and change the secrets that were exposed.', width),
          ),
    ...(notSearched.length === 0
      ? []
      : [
          chalk.yellow(
            wrap(
              `Not searched for, because they are too short or too common: ${notSearched.map(line).join(', ')}.`,
              width,
            ),
          ),
        ]),
    '',
  ].join('\n')
}
