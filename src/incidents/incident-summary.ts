import { notGathered } from './not-gathered.js'
import type { CheckResult, ResultDocument } from '../checks/result/report.js'
import { counted } from '../base/text/wording.js'
import type { Failure, Incident } from './incident.js'
import { code, fence, inline, table } from '../base/text/markdown-text.js'

const manyFailures = 10
const outputCharacters = 1500

/**
 * An incident as Markdown to be pasted into a ticket: what failed, since when, what it most likely is, what to do.
 * Pure; both parts are redacted.
 */
export function incidentSummary(incident: Incident, document: ResultDocument): string {
  const { classification, failures, run } = incident
  const shown = failures.slice(0, manyFailures)
  const blocks = [
    `# ${titleOf(incident)}`,
    `**Severity:** ${classification.severity} · **Most likely:** ${classification.class} · **Verdict:** ${run.verdict ?? 'none'}${run.exitCode === null ? '' : ` (exit ${run.exitCode})`}`,
    bullets(classification.reasons.map(inline)),
    '## What failed',
    ...(incident.diagnostics.length === 0
      ? []
      : [
          bullets(
            incident.diagnostics
              .slice(0, manyFailures)
              .map(
                ({ file, line, message, hint }) =>
                  `${code(`${file}:${line}`)} ${inline(message)}${hint === undefined ? '' : ` (${inline(hint)})`}`,
              ),
          ),
        ]),
    ...shown.flatMap((failure) =>
      failureSection(
        failure,
        document.checks.find(({ id }) => id === failure.id),
      ),
    ),
    failures.length > shown.length ? `${failures.length - shown.length} more in ${code('report.html')}.` : '',
    '## Since when',
    sinceText(incident),
    '## Where',
    ...table(['', ''], whereRows(incident)),
    '## In the bundle',
    bundleText(incident),
    ...(incident.notes.length === 0 ? [] : ['## Notes', bullets(incident.notes.map(inline))]),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function titleOf({ failures, run, diagnostics }: Incident): string {
  const outcome = `Preflight of ${inline(run.deployment ?? run.host)}: ${run.verdict ?? 'cut short'}`
  const [first, ...rest] = failures
  if (first === undefined) return `${outcome}, ${counted(diagnostics.length, 'problem')} in its configuration`
  return `${outcome}, ‘${inline(first.title)}’ ${first.status === 'fail' || first.status === 'warn' ? 'does not hold' : 'is not known'}${rest.length === 0 ? '' : `, and ${rest.length} more`}`
}

function failureSection(failure: Failure, check: CheckResult | undefined): readonly string[] {
  const stderr = outputOf(check)
  return [
    `### ${code(failure.id)} ${failure.status} (${failure.severity}, ${failure.class})`,
    inline(failure.message),
    ...(failure.why === '' ? [] : [`Why it matters: ${inline(failure.why)}`]),
    `**To do:** ${inline(failure.fix)}`,
    ...(failure.commandLine === '' ? [] : ['It ran:', fence(failure.commandLine, 'sh')]),
    ...(stderr === '' ? [] : ['End of its output:', fence(stderr)]),
    ...(failure.changes.length === 0
      ? []
      : [
          'Changed since it was green:',
          ...table(
            ['fact', 'was', 'is'],
            failure.changes.map(({ fact, was, is }) => [code(fact), valueText(was), valueText(is)]),
          ),
        ]),
    ...(failure.blocks.length === 0
      ? []
      : [`Checks that could not be judged because of it: ${failure.blocks.map(code).join(', ')}`]),
    `To run it again: ${code(failure.reproduce)}`,
  ]
}

function outputOf(check: CheckResult | undefined): string {
  const { stderr, tail } = check?.facts ?? {}
  const text = typeof stderr === 'string' && stderr.trim() !== '' ? stderr : typeof tail === 'string' ? tail : ''
  const kept = text.trimEnd()
  // Whole lines from the end: the error is there.
  return kept.length <= outputCharacters ? kept : kept.slice(-outputCharacters).replace(/^[^\n]*\n/, '')
}

function valueText(value: unknown): string {
  return code(typeof value === 'string' ? value : JSON.stringify(value))
}

function sinceText({ lastGood, failures, run }: Incident): string {
  if (lastGood === null) return 'No earlier good result of this deployment is known.'
  const isNewCommit = lastGood.commit !== null && run.commit !== null && lastGood.commit !== run.commit
  const isSame = lastGood.commit !== null && lastGood.commit === run.commit
  const commits = isNewCommit
    ? ` The commit has changed since, from ${code(short(lastGood.commit))} to ${code(short(run.commit))}.`
    : isSame
      ? ` The commit is the same: ${code(short(lastGood.commit))}.`
      : ''
  const isNever = failures.length > 0 && failures.every(({ since }) => since === null)
  const never = isNever
    ? ' The checks that are red now were not green then: they were not selected, or not observed.'
    : ''
  return `Last good: ${inline(lastGood.finishedAt)} (run ${code(lastGood.run)}).${commits}${never}`
}

function short(commit: string | null): string {
  return (commit ?? '').slice(0, 12)
}

function whereRows({ run, tool, id, capturedAt }: Incident): readonly (readonly string[])[] {
  return [
    ['deployment', inline(run.deployment ?? 'not named')],
    ['host', inline(run.host)],
    ['profile', inline(run.profile)],
    [
      'commit',
      run.commit === null ? 'unknown' : `${code(run.commit)}${run.dirty ? ' with changes that are not committed' : ''}`,
    ],
    ['run', `${code(run.id)}, ${inline(run.startedAt)}`],
    ['incident', `${code(id)}, captured ${inline(capturedAt)}`],
    ['preflight', inline(tool.version)],
  ]
}

function bundleText({ evidence }: Incident): string {
  const gathered = evidence.filter(({ file }) => file !== null)
  const missing = evidence.filter(({ state, file }) => file === null && state !== 'not-applicable')
  const lines = [
    `${code('report.html')} the complete report, ${code('result.json')} the same for programs, ${code('snapshot.json')} variables and versions without secrets`,
    ...(gathered.length === 0
      ? []
      : [
          `${code('evidence/')} what ${counted(gathered.length, 'collector')} gathered, and the facts of each check above`,
        ]),
    ...notGathered(
      missing.map(({ title, message, state }) => ({ title, message: message === '' ? state : message })),
    ).map(({ titles, message }) => `not gathered: ${titles.map(inline).join(', ')} (${inline(message)})`),
  ]
  return bullets(lines)
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n')
}
