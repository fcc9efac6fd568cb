import type { ChalkInstance } from 'chalk'
import { neutralise, lineText, timeText, valueText, wrap, type TextStyle } from '../../base/text/terminal-text.js'
import type { Snapshot, SnapshotVariable } from '../snapshot/snapshot.js'
import type {
  Changed,
  SnapshotDifferenceLine,
  SnapshotDifference,
  VariableDifference,
} from '../snapshot/compare-snapshots.js'

const labelWidth = 12

/**
 * A snapshot for people: what it was made of, the variables with their values, and those of which only parts are shown.
 */
export function snapshotText(snapshot: Snapshot, style: TextStyle): string {
  const { variables } = snapshot
  const shown = variables.filter(({ value }) => value !== null)
  const hidden = variables.filter(({ fingerprint }) => fingerprint !== null)
  const empty = variables.filter(({ state }) => state === 'empty')
  const unset = variables.filter(({ state }) => state === 'unset')
  return [
    ...headLines(snapshot, style.chalk),
    ...section(
      `Variables, with values that are known to be public (${shown.length})`,
      table(shown, ({ value }) => valueText(value ?? '')),
      style,
    ),
    ...section(
      `Variables whose values are not shown (${hidden.length})`,
      table(hidden, (variable) => outline(variable, style.chalk)),
      style,
    ),
    ...section(`Empty (${empty.length})`, names(empty, style), style),
    ...section(`Unset, of those that the packs declare (${unset.length})`, names(unset, style), style),
    '',
  ].join('\n')
}

function headLines(snapshot: Snapshot, chalk: ChalkInstance): readonly string[] {
  const { deployment, profile, host, tool, node, system, definitionsDigest, key, sources, takenAt } = snapshot
  const field = (label: string, text: string): string => `  ${chalk.dim(label.padEnd(labelWidth))}${text}`
  return [
    chalk.bold(`snapshot of ${lineText(deployment ?? 'a deployment without a name')}`),
    field('taken', `${timeText(takenAt)} on ${lineText(host)}`),
    field('profile', lineText(profile)),
    field('preflight', `${lineText(tool.version)} on Node ${lineText(node)}`),
    field(
      'system',
      lineText([system.distribution, system.kernel, system.architecture].filter((part) => part !== '').join(', ')),
    ),
    field('checks', `definitions ${definitionsDigest.slice(0, 12)}`),
    ...repositoryLines(snapshot, field),
    ...serverLines(snapshot, field),
    field('variables', `from ${sources.length === 0 ? 'nowhere: none is set' : sources.map(lineText).join(', ')}`),
    field(
      'key',
      key.kind === 'file'
        ? `the operator's, ${key.id}: comparable with other snapshots under it`
        : 'made only for this snapshot: the fingerprints cannot be compared with those of another',
    ),
  ]
}

type Field = (label: string, text: string) => string

function repositoryLines({ repository }: Snapshot, field: Field): readonly string[] {
  if (repository === null) return [field('git', 'no checkout')]
  const { commit, branch, changed, omitted, dirty } = repository
  const state = dirty ? 'with changes' : changed.length > 0 ? 'clean except for untracked files' : 'clean'
  return [
    field('git', `${lineText(commit)} on ${branch === null ? 'no branch' : lineText(branch)}, ${state}`),
    ...changed.map((each) => field('', `${neutralise(each.state)} ${lineText(each.file)}`)),
    ...(omitted === 0 ? [] : [field('', `and ${omitted} more`)]),
  ]
}

function serverLines({ result, servers }: Snapshot, field: Field): readonly string[] {
  if (result === null) return [field('servers', 'unknown: no result was given (--run, --result)')]
  const of = `in run ${lineText(result.runId)}`
  if (servers.length === 0) return [field('servers', `none was observed ${of}`)]
  return [
    field('servers', of),
    ...servers.map(({ name, version, check }) => field('', lineText(`${name} ${version}, seen by ${check}`))),
  ]
}

function outline({ exposure, bytes, shape, fingerprint }: SnapshotVariable, chalk: ChalkInstance): string {
  const why = exposure === 'public' ? chalk.dim('  public, but with an unexpected form or with a secret in it') : ''
  return `${`${bytes} bytes`.padEnd(12)}  ${(shape ?? '').padEnd(8)}  ${fingerprint}${why}`
}

function section(title: string, lines: readonly string[], { chalk }: TextStyle): readonly string[] {
  return lines.length === 0 ? [] : ['', chalk.bold(title), ...lines]
}

function table(
  variables: readonly SnapshotVariable[],
  describe: (variable: SnapshotVariable) => string,
): readonly string[] {
  const shownNames = variables.map(({ name }) => neutralise(name))
  const width = Math.max(0, ...shownNames.map((name) => name.length))
  return variables.map((variable, index) => `  ${shownNames[index]!.padEnd(width)}  ${describe(variable)}`.trimEnd())
}

function names(variables: readonly SnapshotVariable[], { chalk, width }: TextStyle): readonly string[] {
  return variables.length === 0
    ? []
    : [chalk.dim(wrap(variables.map(({ name }) => lineText(name)).join(', '), width, '  '))]
}

/**
 * What differs between two snapshots, for people. Nothing is passed over: what did not change and what is unknown is
 * named as well.
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
    ...(lines.length === 0 ? ['  no visible difference'] : lines),
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

function factLine({ what, from, to }: SnapshotDifferenceLine, { chalk }: TextStyle): string {
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
