import { neutralise } from '../../base/text/terminal-text.js'
import type { Changed, FactDifference, SnapshotDifference, VariableDifference } from '../snapshot/compare-snapshots.js'
import { lineText, timeText } from '../../base/text/line-text.js'
import { wrap, type TextStyle } from '../../base/text/text-style.js'
import { valueText } from '../../base/text/value-text.js'

/**
 * What differs between two snapshots, for people. Nothing is passed over: what did not change and what nobody can tell
 * is named as well.
 */
export function snapshotDifferenceText(
  { takenAt: [from, to], isSameKey, facts, variables }: SnapshotDifference,
  style: TextStyle,
): string {
  const { chalk } = style
  const hidden = (changed: Changed): readonly string[] =>
    variables.flatMap((each) => (each.kind === 'hidden' && each.changed === changed ? [each.name] : []))
  const [unchanged, unknown] = [hidden('no'), hidden('unknown')]
  const lines = [
    ...facts.map((fact) => factLine(fact, style)),
    ...variables.flatMap((variable) => variableLines(variable, style)),
  ]
  return [
    chalk.bold(`from ${timeText(from)} to ${timeText(to)}`),
    ...(lines.length === 0 ? ['  nothing differs that is shown'] : lines),
    ...named(`not shown, changed: no (${unchanged.length})`, unchanged, style),
    ...named(`not shown, cannot be compared (${unknown.length})`, unknown, style),
    ...(unknown.length === 0 || isSameKey
      ? []
      : [
          wrap(
            'The fingerprints were made with different keys. Take both snapshots with the same --key-file to compare them.',
            style.width,
            '  ',
          ),
        ]),
    '',
  ].join('\n')
}

function factLine({ what, from, to }: FactDifference, { chalk }: TextStyle): string {
  return `  ${chalk.yellow('≠')} ${lineText(what)}  ${lineText(from ?? '–')} → ${lineText(to ?? '–')}`
}

function variableLines(variable: VariableDifference, { chalk }: TextStyle): readonly string[] {
  const name = neutralise(variable.name)
  switch (variable.kind) {
    case 'appeared':
      return [`  ${chalk.green('+')} ${name}  ${given(variable.value)}`]
    case 'vanished':
      return [`  ${chalk.red('-')} ${name}  ${given(variable.value)}`]
    case 'value':
      return [`  ${chalk.yellow('≠')} ${name}  ${valueText(variable.from)} → ${valueText(variable.to)}`]
    case 'hidden':
      return variable.changed === 'yes' ? [`  ${chalk.yellow('≠')} ${name}  changed: yes (its value is not shown)`] : []
  }
}

function given(value: string | null): string {
  return value === null ? '(its value is not shown)' : valueText(value)
}

function named(title: string, names: readonly string[], { chalk, width }: TextStyle): readonly string[] {
  return names.length === 0 ? [] : [chalk.dim(`  ${title}`), wrap(names.map(lineText).join(', '), width, '    ')]
}
