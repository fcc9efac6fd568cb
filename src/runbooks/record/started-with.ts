import { z } from 'zod'
import { shellWord } from '../../base/text/shell-words.js'

/**
 * The options by which a run was started, as its next commands need them: paths are absolute, and no value may be a
 * secret.
 */
export const startedWith = z.strictObject({
  state: z.string().optional().describe('the folder of --state'),
  runbooks: z.array(z.string()),
  checks: z.array(z.string()),
  noBuiltin: z.boolean(),
  config: z.string().optional().describe('the deployment file, named or found'),
  environment: z.array(z.string()).describe('the --env- flags with their values'),
  parameterVariables: z.array(z.string()).describe('--param-env: name=VARIABLE'),
  inputs: z.array(
    z.strictObject({
      name: z.string(),
      value: z.string().optional().describe('none for one that may be a secret'),
      variable: z.string().optional().describe('of --input-env: the variable that holds the value'),
    }),
  ),
  inputsFiles: z.array(z.string()).optional().describe('--inputs-file'),
})
export type StartedWith = z.output<typeof startedWith>

/** What is known of a run that an earlier version started: nothing. */
type Known = StartedWith | undefined

/**
 * The flag of a command on a stored run: ` --state DIR`, quoted for a shell and with a blank before it; else empty.
 */
export function stateAgain(known: Pick<StartedWith, 'state'> | undefined): string {
  return known?.state === undefined ? '' : option('--state', known.state)
}

/** The same for a command that reads definitions as well. */
export function definitionsAgain(known: Known): string {
  if (known === undefined) return ''
  const { runbooks, checks, noBuiltin, config } = known
  return [
    stateAgain(known),
    ...runbooks.map((folder) => option('--runbooks', folder)),
    ...checks.map((folder) => option('--checks', folder)),
    noBuiltin ? ' --no-builtin' : '',
    config === undefined ? '' : option('--config', config),
  ].join('')
}

/**
 * The same for a command that continues the run or undoes it. A value that may be a secret is left to be filled in:
 * `--input NAME=…`.
 */
export function givenAgain(known: Known): string {
  if (known === undefined) return ''
  return [
    definitionsAgain(known),
    ...known.environment.map((word) => ` ${shellWord(word)}`),
    ...known.parameterVariables.map((pair) => option('--param-env', pair)),
    ...(known.inputsFiles ?? []).map((file) => option('--inputs-file', file)),
    ...known.inputs.map(({ name, value, variable }) =>
      variable !== undefined
        ? option('--input-env', `${name}=${variable}`)
        : value === undefined
          ? ` --input ${shellWord(`${name}=`)}…`
          : option('--input', `${name}=${value}`),
    ),
  ].join('')
}

function option(flag: string, value: string): string {
  return ` ${flag} ${shellWord(value)}`
}
