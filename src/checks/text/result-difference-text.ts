import { counted } from '../../base/text/wording.js'
import { formatDuration } from '../../base/time/duration.js'
import type { ComparedRun, ResultDifference, SlowerCheck } from '../result/result-difference.js'
import type { CheckDifference, Turn, Circumstance } from '../result/result-difference/check-difference.js'
import type { FactDifference } from '../result/result-difference/fact-differences.js'
import { factText, lineText, timeText, wrap, type TextStyle } from '../../base/text/terminal-text.js'

const titles: Readonly<Record<Turn, string>> = {
  'newly-failing': 'Newly failing',
  'newly-unevaluated': 'Newly not evaluated',
  'newly-blocked': 'Newly blocked',
  deselected: 'No longer selected',
  vanished: 'No longer declared',
  'not-run': 'Not reached',
  'still-red': 'Still red',
  'newly-waived': 'Newly waived',
  'newly-warned': 'Newly a warning',
  'newly-not-applicable': 'No longer applicable',
  'newly-green': 'Newly green',
  selected: 'Newly selected, and green',
  appeared: 'New, and green',
}

/** What differs between two results, for people: what is worse comes first. */
export function resultDifferenceText(difference: ResultDifference, style: TextStyle): string {
  const { chalk } = style
  const { before, after, checks, facts, secrets, slower } = difference
  const section = (title: string, lines: readonly string[], count = lines.length): readonly string[] =>
    lines.length === 0 ? [] : ['', chalk.bold(`${title} (${count})`), ...lines]
  const secretIds = (changed: 'yes' | 'unknown'): readonly string[] =>
    secrets.filter((secret) => secret.changed === changed).map(({ id }) => `  ${lineText(id)}`)
  const turned = (Object.keys(titles) as Turn[]).flatMap((turn) => {
    const those = checks.filter((check) => check.turn === turn)
    return section(
      titles[turn],
      those.flatMap((check) => checkLines(check, style)),
      those.length,
    )
  })
  const unknown = secretIds('unknown').length
  return [
    verdictLine(difference, style),
    `${chalk.bold('before')}  ${runText(before)}`,
    `${chalk.bold('after ')}  ${runText(after)}`,
    ...section('Different circumstances', difference.circumstances.map(circumstanceLine)),
    ...turned,
    ...section(
      'Changed facts',
      facts.flatMap((fact) => factLines(fact, style)),
      facts.length,
    ),
    ...section('Changed secrets', secretIds('yes')),
    ...(unknown === 0
      ? []
      : [
          '',
          chalk.dim(
            wrap(
              `Whether ${unknown === 1 ? 'a secret' : `${unknown} secrets`} of the same size and shape changed cannot be seen in results; \`preflight snapshot\` with a --key-file can.`,
              style.width,
            ),
          ),
        ]),
    ...section('Slower', slower.map(slowerLine)),
    '',
  ].join('\n')
}

function verdictLine({ isWorse, isVerdictWorse, checks }: ResultDifference, { chalk }: TextStyle): string {
  if (!isWorse) return chalk.green.bold('NOT WORSE')
  const count = checks.filter((check) => check.isWorse).length
  const reasons = [...(isVerdictWorse ? ['the verdict'] : []), ...(count === 0 ? [] : [counted(count, 'check')])]
  return `${chalk.red.bold('WORSE')}  ${reasons.join(' and ')}`
}

function runText({ id, startedAt, state, verdict, exitCode, coverage }: ComparedRun): string {
  const words =
    state === 'incomplete' || verdict === null
      ? 'incomplete'
      : `${verdict}${verdict === 'go' && coverage === 'part' ? ' for a part only' : ''}`
  return `${timeText(startedAt)}  ${words}${exitCode === null ? '' : ` (exit ${exitCode})`}  run ${lineText(id)}`
}

function circumstanceLine({ what, from, to }: Circumstance): string {
  return `  ${what}: ${lineText(from ?? '') || '–'} → ${lineText(to ?? '') || '–'}`
}

function checkLines(
  { id, title, isWorse, from, to, message }: CheckDifference,
  { chalk, width }: TextStyle,
): readonly string[] {
  const mark = isWorse ? chalk.red('✖') : '·'
  return [
    `  ${mark} ${lineText(id)}  ${lineText(title)}`,
    `    ${from ?? 'no outcome'} → ${to ?? 'no outcome'}`,
    ...(message === '' ? [] : [wrap(lineText(message), width, '    ')]),
  ]
}

function factLines({ id, changes, omitted }: FactDifference, { chalk, width }: TextStyle): readonly string[] {
  return [
    `  ${lineText(id)}`,
    ...changes.map(({ fact, was, is }) =>
      wrap(`${lineText(fact)}: ${lineText(factText(was))} → ${lineText(factText(is))}`, width, '    '),
    ),
    ...(omitted === 0 ? [] : [chalk.dim(`    and ${omitted} more: long texts, and numbers that hardly changed`)]),
  ]
}

function slowerLine({ id, from, to }: SlowerCheck): string {
  return `  ${id === null ? 'the whole run' : lineText(id)}: ${formatDuration(from)} → ${formatDuration(to)}`
}
