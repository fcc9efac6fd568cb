import { isDeepStrictEqual } from 'node:util'
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
  deployment: z.string().optional().describe('the name of the deployment that the file gives'),
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

/**
 * The flags of a command that is given all of this: one that starts a run. A value that may be a secret is left to be
 * filled in: `--input NAME=…`.
 */
export function givenAgain(known: StartedWith): string {
  return givenBeyond(known, nothing)
}

const nothing: StartedWith = {
  runbooks: [],
  checks: [],
  noBuiltin: false,
  environment: [],
  parameterVariables: [],
  inputs: [],
}

/**
 * The flags of a command on a run by which it differs from the start of that run, and where its journal is: the rest is
 * in there.
 *
 * @param start `undefined`: an earlier version, which kept none of it
 */
export function givenBeyond(now: StartedWith, start: Known): string {
  const { runbooks, checks, noBuiltin, config, environment, parameterVariables, inputs } = start ?? nothing
  const isSame = isDeepStrictEqual
  return [
    stateAgain(now),
    ...(isSame(now.runbooks, runbooks) ? [] : now.runbooks.map((folder) => option('--runbooks', folder))),
    ...(isSame(now.checks, checks) ? [] : now.checks.map((folder) => option('--checks', folder))),
    now.noBuiltin && !noBuiltin ? ' --no-builtin' : '',
    now.config === undefined || now.config === config ? '' : option('--config', now.config),
    ...(isSame(now.environment, environment) ? [] : now.environment.map((word) => ` ${shellWord(word)}`)),
    ...now.parameterVariables
      .filter((pair) => !parameterVariables.includes(pair))
      .map((pair) => option('--param-env', pair)),
    ...now.inputs.filter((input) => isLeftOut(input) || !inputs.some((each) => isSame(each, input))).map(inputAgain),
    ...(isSame(now.inputsFiles, start?.inputsFiles)
      ? []
      : (now.inputsFiles ?? []).map((file) => option('--inputs-file', file))),
  ].join('')
}

type InputOfStart = StartedWith['inputs'][number]

/** The journal has neither its value nor where that is. */
export function isLeftOut({ value, variable }: InputOfStart): boolean {
  return value === undefined && variable === undefined
}

function inputAgain({ name, value, variable }: InputOfStart): string {
  if (variable !== undefined) return option('--input-env', `${name}=${variable}`)
  return value === undefined ? ` --input ${shellWord(`${name}=`)}…` : option('--input', `${name}=${value}`)
}

function option(flag: string, value: string): string {
  return ` ${flag} ${shellWord(value)}`
}
