import { counted } from '../../base/text/wording.js'
import { neutralise, wrap, type TextStyle } from '../../base/text/terminal-text.js'
import { fullInputName } from '../input-names.js'
import { configuredForm, type MissingInput, type MissingInputsError } from '../missing-inputs.js'

/** One screen for a person: what is missing, how to give it, and how to go on without. */
export function missingInputsText({ missing, configuration, hasFile }: MissingInputsError, style: TextStyle): string {
  const { chalk, width } = style
  const file = neutralise(configuration.file)
  const forms = missing.map((input) => `${fullInputName(input)}: ${configuredForm(input)}`)
  const formWidth = Math.max(...forms.map((form) => form.length)) + 4
  return [
    `${chalk.red('Nothing was run:')} ${counted(missing.length, 'input')} of the selected checks ${missing.length === 1 ? 'is' : 'are'} missing`,
    ...missing.flatMap((input) => ['', chalk.bold(`  ${fullInputName(input)}`), wrap(about(input), width, '    ')]),
    '',
    `Give ${missing.length === 1 ? 'it' : 'them'} in ${file}, or on the command line:`,
    '',
    '  inputs:',
    ...missing.map(
      (input, index) =>
        `    ${forms[index]!.padEnd(formWidth)}${chalk.dim(`--input ${fullInputName(input)}=${input.type.toUpperCase()}`)}`,
    ),
    '',
    'Or go on in another way:',
    '',
    ...waysOn(missing, hasFile).flatMap(([command, what]) => [`  ${chalk.cyan(command)}`, wrap(what, width, '    ')]),
  ].join('\n')
}

function about({ type, description, checks }: MissingInput): string {
  const needed = checks.length === 1 ? `needed by ${checks[0]!}` : `needed by ${checks.length} checks`
  return neutralise(`${description} (${type}); ${needed}`)
}

function waysOn(missing: readonly MissingInput[], hasFile: boolean): readonly (readonly [string, string])[] {
  const others = missing.filter(({ isForGatesOnly }) => !isForGatesOnly)
  const gates =
    others.length === 0
      ? 'judges the rest: only the gates, which build and test the checkout, need what is missing'
      : `leaves out the gates, which build and test the checkout; then only ${others.map(fullInputName).join(', ')} must be given`
  const isForGates = others.length < missing.length
  return [
    ...(hasFile ? [] : [['preflight init', 'writes a deployment file to fill in'] as const]),
    ...(isForGates
      ? [['preflight run --no-gates', `${gates} (gates: false in the deployment file says it for good)`] as const]
      : []),
    ...(missing.some(({ isShipped }) => isShipped) ? [ownChecks] : []),
    ['preflight sandbox run', 'shows preflight at work, on a deployment that it starts for this'],
  ]
}

const ownChecks = [
  'packs: []',
  'in the deployment file: judges only checks of your own, in the folders under checks:; for one run name them: preflight run SELECTOR',
] as const
