import { counted } from '../../base/text/wording.js'
import { neutralise, wrap, type TextStyle } from '../../base/text/terminal-text.js'
import { fullInputName } from '../input-names.js'
import type { ListedInput } from '../list-inputs.js'

/** Ids that are named before the rest is counted. */
const mostNamed = 3

/** Inputs for a person: the missing ones first. */
export function inputsText(inputs: readonly ListedInput[], style: TextStyle): string {
  const { chalk } = style
  const missing = inputs.filter(({ from }) => from === 'none')
  const count = missing.length === 0 ? 'none is missing' : chalk.red(`${missing.length} missing`)
  return [
    ...inputs.flatMap((input) => inputLines(input, style)),
    `${counted(inputs.length, 'input')}, ${count}`,
    '',
  ].join('\n')
}

function inputLines(input: ListedInput, { chalk, width }: TextStyle): readonly string[] {
  const { type, description, isRequired, secret, values, from } = input
  const traits = [
    values === undefined ? type : values.join(' | '),
    isRequired ? 'required' : '',
    secret ? 'secret' : '',
  ]
  const value = from === 'none' ? chalk.red('missing') : valueText(input)
  return [
    `${chalk.bold(fullInputName(input))}  ${chalk.dim(traits.filter((trait) => trait !== '').join(' · '))}`,
    wrap(neutralise(description), width, '  '),
    `  value  ${value}`,
    ...(from === 'none' ? [] : [`  from   ${neutralise([from, ...input.variables.map(variableText)].join(', '))}`]),
    wrap(readersText(input.checks), width, '         ').replace(/^ +/, '  for    '),
    '',
  ]
}

function valueText({ value, problem }: ListedInput): string {
  if (value === undefined) return `unknown: ${neutralise(problem)}`
  return value === '' ? '(empty)' : neutralise(value)
}

function variableText({ name, setAt }: ListedInput['variables'][number]): string {
  return `${name} ${setAt === undefined ? '(not set)' : `(${setAt})`}`
}

function readersText(checks: readonly string[]): string {
  if (checks.length === 0) return 'no selected check'
  const rest = checks.length - mostNamed
  return rest > 0 ? `${checks.slice(0, mostNamed).join(', ')} and ${rest} more` : checks.join(', ')
}

/** The same for programs. */
export function inputsJson(inputs: readonly ListedInput[]): string {
  const rows = inputs.map(
    ({ name, system, type, values, description, secret, isRequired, value, problem, ...rest }) => ({
      name,
      system,
      type,
      ...(values === undefined ? {} : { values }),
      description,
      secret,
      required: isRequired,
      value: value ?? null,
      ...(problem === '' ? {} : { problem }),
      from: rest.from,
      variables: rest.variables.map(({ name: variable, setAt }) => ({ name: variable, setAt: setAt ?? null })),
      checks: rest.checks,
    }),
  )
  return `${JSON.stringify({ inputs: rows }, null, 2)}\n`
}
