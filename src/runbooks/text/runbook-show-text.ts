import { formatLimit } from '../../base/time/duration.js'
import { jsonText } from '../../base/text/json-text.js'
import { formatPosition } from '../../base/errors.js'
import type { ParameterDefinition, RunbookDefinition, StepDefinition } from '../definition/runbook-definition.js'
import type { RequirementDefinition } from '../definition/requirement-definition.js'
import { effectWords, checklistSentence } from './runbook-words.js'
import { lineText, wrap, type TextStyle } from '../../base/text/terminal-text.js'

/** What the paths of the steps begin with that run after an undo. */
const afterUndo = 'after-undo/'

/** One runbook, in full, for a person who has to decide whether and how to run it. */
export function showRunbookText(runbook: RunbookDefinition, style: TextStyle): string {
  const { chalk, width } = style
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', chalk.bold(title), ...lines]
  const required = runbook.parameters.filter(
    ({ type, default: fallback }) => type !== 'secret' && fallback === undefined,
  )
  return [
    chalk.bold.underline(runbook.id),
    wrap(lineText(runbook.title), width),
    chalk.dim(
      runbook.isChecklist
        ? checklistSentence
        : runbook.onFailure === 'undo'
          ? 'when a step fails, the steps that were done are undone'
          : 'when a step fails, the run stops there',
    ),
    ...(runbook.schedule === undefined ? [] : [chalk.dim(`to be run ${runbook.schedule}`)]),
    ...section('Purpose', runbook.description === '' ? [] : [wrap(lineText(runbook.description), width, '  ')]),
    ...section(
      'Parameters',
      runbook.parameters.flatMap((parameter) => parameterLines(parameter, runbook, style)),
    ),
    ...section(
      'Requires',
      runbook.requires.flatMap((each) => requirementLines(each, style)),
    ),
    ...section(runbook.isChecklist ? 'Items' : 'Steps', stepLines(runbook.steps, '', 1, style)),
    ...section('After an undo, once the steps above are undone', stepLines(runbook.afterUndo, afterUndo, 1, style)),
    ...section(
      'Differences from the written runbook',
      runbook.departures.flatMap(({ wording, instead, why }) => [
        wrap(lineText(wording), width, '  ').replace(/^ {2}/, '- '),
        wrap(`instead: ${lineText(instead)}`, width, '    '),
        chalk.dim(wrap(`because ${lineText(why)}`, width, '    ')),
      ]),
    ),
    ...section('Origin', [
      ...(runbook.source === '' ? [] : [`  origin      ${lineText(runbook.source)}`]),
      `  definition  ${formatPosition(runbook.position)}`,
    ]),
    ...section('How to run it', [
      `  preflight runbook plan ${runbook.id}${required.map(({ name }) => ` --param ${name}=${name.toUpperCase()}`).join('')}`,
      `  preflight runbook run ${runbook.id}${required.map(({ name }) => ` --param ${name}=${name.toUpperCase()}`).join('')}`,
    ]),
    '',
  ].join('\n')
}

function parameterLines(
  parameter: ParameterDefinition,
  runbook: RunbookDefinition,
  { chalk, width }: TextStyle,
): readonly string[] {
  return [
    `  ${parameter.name} (${typeText(parameter, runbook)})`,
    chalk.dim(wrap(lineText(parameter.description), width, '    ')),
  ]
}

/** As it is written: its values are known when it is planned. */
function requirementLines(
  { kind, neededBy, when, written }: RequirementDefinition,
  { chalk, width }: TextStyle,
): readonly string[] {
  const notes = [
    ...(neededBy.length === 0 ? [] : [`needed by ${neededBy.join(', ')}`]),
    ...(when === undefined ? [] : [`only when ${when.source}`]),
  ]
  return [
    `  ${kind} ${lineText(written.name)}`,
    ...(notes.length === 0 ? [] : [chalk.dim(wrap(lineText(notes.join('; ')), width, '    '))]),
    ...(written.fix === undefined
      ? []
      : [chalk.dim(wrap(`if it is missing: ${lineText(written.fix)}`, width, '    '))]),
  ]
}

/** Its type with what is allowed, and where it comes from when it is not given. */
function typeText(
  { name, type, values, pattern, minimum, maximum, variable, default: fallback }: ParameterDefinition,
  { written }: RunbookDefinition,
): string {
  const range = [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(maximum === undefined ? [] : [`to ${maximum}`]),
  ].join(' ')
  const source =
    type === 'secret'
      ? variable === undefined
        ? 'asked for, or --param-env'
        : `from ${variable}`
      : fallback === undefined
        ? 'required'
        : `default ${lineText(writtenDefault(written, name))}`
  return [
    type,
    ...(values === undefined ? [] : [values.join(' | ')]),
    ...(pattern === undefined ? [] : [`matching ${pattern.source}`]),
    ...(range === '' ? [] : [range]),
    source,
  ]
    .map(lineText)
    .join('; ')
}

/** The default as the file says it, expressions unresolved. */
function writtenDefault(written: unknown, name: string): string {
  const parameters =
    (written as { readonly parameters?: Readonly<Record<string, { readonly default?: unknown }>> } | null)
      ?.parameters ?? {}
  const value = parameters[name]?.default
  return typeof value === 'string' ? (value === '' ? '""' : value) : (jsonText(value) ?? 'as computed')
}

function stepLines(
  steps: readonly StepDefinition[],
  prefix: string,
  depth: number,
  style: TextStyle,
): readonly string[] {
  const { chalk, width } = style
  const indent = '  '.repeat(depth)
  return steps.flatMap((step) => {
    const path = `${prefix}${step.id}`
    return [
      `${indent}${chalk.bold(path)}  ${lineText(step.title)}`,
      chalk.dim(wrap(properties(step).join(' · '), width, `${indent}    `)),
      ...(step.when === undefined ? [] : [wrap(`only when ${lineText(step.when.source)}`, width, `${indent}    `)]),
      ...(step.undo === undefined
        ? []
        : [wrap(`undo: ${step.undo.action.kind}, ${effectWords[step.undo.effect]}`, width, `${indent}    `)]),
      ...(step.includes === undefined ? [] : [`${indent}    the steps of ${step.includes}`]),
      ...warnings(step, path).map((text) => chalk.yellow(wrap(text, width, `${indent}    `))),
      ...step.alternatives.flatMap((alternative) => [
        `${indent}  ${chalk.italic(`${alternative.name}: ${lineText(alternative.title)}`)}`,
        ...stepLines(alternative.steps, `${path}/${alternative.name}/`, depth + 2, style),
      ]),
    ]
  })
}

function properties(step: StepDefinition): readonly string[] {
  return [
    step.action.kind,
    // What stands for other steps does nothing itself.
    ...(step.includes !== undefined || step.alternatives.length > 0
      ? []
      : [
          effectWords[step.effect],
          step.timeout === undefined ? 'waits for a person' : `within ${formatLimit(step.timeout)}`,
        ]),
    ...(step.retry.attempts > 1 ? [`up to ${step.retry.attempts} attempts`] : []),
    ...(step.verify === undefined ? [] : [`verified by ${step.verify.action.kind}`]),
    ...(step.capture.length === 0
      ? []
      : [
          `captures ${step.capture.map(({ name, type }) => (type === 'secret' ? `${name} (secret)` : name)).join(', ')}`,
        ]),
  ]
}

function warnings(step: StepDefinition, path: string): readonly string[] {
  return [
    ...(step.asksFirst ? [`! approved first: type ${path} when asked, or give --approve ${path}`] : []),
    ...(step.destructive ? [`! destructive: type ${path} when asked, or give --approve ${path}`] : []),
    ...(step.pointOfNoReturn ? ['! point of no return: an undo never goes back past it'] : []),
    ...(step.effect !== 'read' && step.undo === undefined && !path.startsWith(afterUndo)
      ? ['!! it cannot be undone']
      : []),
  ]
}
