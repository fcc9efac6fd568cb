import { PreflightError, UsageError, exitCodes } from '../../base/errors.js'
import type { Redactor } from '../../redaction/redact.js'
import { Secret } from '../../redaction/secret-value.js'
import { inheritedVariables } from '../../base/own-environment.js'
import {
  readParameterFile,
  givenComplaint,
  missingParameters,
  refuseUnknownParameters,
  type GivenParameter,
  type ParameterValues,
} from '../load/parameter-value.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { ParameterDefinition, RunbookDefinition } from '../definition/runbook-definition.js'
import type { ParameterRecord } from '../record/journal.js'
import { UnansweredError, type Person } from '../../engine/person.js'
import type { GivenToRunbook } from './runbook-options.js'
import { createHash, scryptSync } from 'node:crypto'

/**
 * What a run is given, by name: from the command line, else from a file; secrets from environment variables only;
 * whatever is required and missing is asked for where somebody is there to ask.
 *
 * @param options `recorded`: the start of a run that goes on
 * @param environment the environment under test, where secrets are looked for before this process's own
 * @throws UsageError for what cannot be taken; PreflightError (exit 23) when a question is not answered
 */
export async function givenParameters(
  definitions: readonly ParameterDefinition[],
  options: GivenToRunbook & { readonly recorded?: object | undefined },
  environment: TestedEnvironment,
): Promise<ReadonlyMap<string, GivenParameter>> {
  const given = new Map<string, GivenParameter>()
  const isSecret = (name: string): boolean =>
    definitions.some((definition) => definition.name === name && definition.type === 'secret')
  if (options.parameterFile !== undefined) {
    for (const [name, value] of Object.entries(await readParameterFile(options.parameterFile))) {
      if (isSecret(name))
        throw new UsageError(`the parameter ${name} is a secret, which a file of parameters must not contain`, {
          hint: `give --param-env ${name}=VARIABLE`,
        })
      given.set(name, { value })
    }
  }
  for (const [name, text] of assignments('--param', options.parameters)) {
    if (isSecret(name))
      throw new UsageError(
        `the parameter ${name} is a secret, which a command line must not contain: every user of this machine can read it`,
        { hint: `give --param-env ${name}=VARIABLE, and change this secret` },
      )
    given.set(name, { text })
  }
  const variables = assignments('--param-env', options.parameterVariables)
  const unset = new Map<string, string>()
  for (const name of variables.keys()) {
    if (!isSecret(name))
      throw new UsageError(
        `--param-env is for secrets, but ${definitions.some((each) => each.name === name) ? `the parameter ${name} is not secret` : `there is no parameter ${name}`}`,
        { hint: 'give --param for it' },
      )
  }
  for (const { name, type, variable } of definitions) {
    if (type !== 'secret') continue
    const from = variables.get(name) ?? variable
    const value = from === undefined ? undefined : variableValue(from, environment)
    if (value !== undefined) given.set(name, { text: value })
    else if (variables.has(name)) unset.set(name, from!)
  }
  // The start of the run may have been in a shell that had it: now it is asked for.
  const [first] = options.recorded === undefined || options.person === undefined ? unset : []
  if (first !== undefined)
    throw new UsageError(`the variable ${first[1]}, from which ${first[0]} is read, is not set`, {
      hint: `set it, or give --param-env ${first[0]}=VARIABLE`,
    })
  refuseUnknownParameters(definitions, given.keys())
  if (options.person !== undefined) await askForMissing(definitions, given, options.person, unset)
  return given
}

function variableValue(name: string, environment: TestedEnvironment): string | undefined {
  const value = environment.get(name)?.reveal()
  if (value !== undefined) return value
  const own = inheritedVariables()
  return Object.hasOwn(own, name) ? own[name] : undefined
}

function assignments(flag: string, options: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const option of options) {
    const at = option.indexOf('=')
    // The text is not quoted: it may be a credential.
    if (at < 1) throw new UsageError(`${flag} takes name=value`)
    const name = option.slice(0, at)
    if (found.has(name)) throw new UsageError(`${flag} ${name} is given twice`)
    found.set(name, option.slice(at + 1))
  }
  return found
}

/** @throws PreflightError (exit 23) when a question is not answered */
async function askForMissing(
  definitions: readonly ParameterDefinition[],
  given: Map<string, GivenParameter>,
  person: Person,
  unset: ReadonlyMap<string, string>,
): Promise<void> {
  const missingOnes = new Set([
    ...missingParameters(definitions, given),
    ...definitions.filter(({ name }) => unset.has(name)),
  ])
  try {
    for (const missing of missingOnes) given.set(missing.name, { text: await askFor(missing, person) })
  } catch (error) {
    if (error instanceof UnansweredError)
      throw new PreflightError('unanswered', exitCodes.runCancelled, `${error.message}; nothing was done`)
    throw error
  }
}

const mostTries = 3

async function askFor(definition: ParameterDefinition, person: Person): Promise<string> {
  const { name, type, description, values } = definition
  const never = new AbortController().signal
  for (let tries = 1; ; tries += 1) {
    const question = { ask: `${name} (${type})`, explain: description }
    const text = await (type === 'secret'
      ? person.secret(question, never)
      : values !== undefined
        ? person.pick(
            question,
            values.map((value) => ({ value, title: value })),
            never,
          )
        : person.line(question, never))
    const complaint = givenComplaint(definition, { text })
    if (complaint === undefined) return text
    if (tries === mostTries) throw new UsageError(`the parameter ${name} ${complaint}`)
  }
}

/** Wraps the secret ones, for the redactor and for fingerprints. */
export function secretValues(
  definitions: readonly ParameterDefinition[],
  values: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, Secret> {
  const secrets = definitions.filter(({ name, type }) => type === 'secret' && Object.hasOwn(values, name))
  return new Map(secrets.map(({ name }) => [name, new Secret(String(values[name]))]))
}

/** What a journal holds of the parameters. */
export function recordsOf(
  runbook: RunbookDefinition,
  values: ParameterValues,
  secrets: ReadonlyMap<string, Secret>,
): Record<string, ParameterRecord> {
  return Object.fromEntries(
    runbook.parameters.map(({ name }): [string, ParameterRecord] => {
      const secret = secrets.get(name)
      return [
        name,
        secret === undefined
          ? { value: values[name] }
          : { fingerprint: secretFingerprint(secret, `${runbook.digest} ${name}`) },
      ]
    }),
  )
}

/**
 * What a plan's hash and a journal hold of a secret parameter: enough to see that it is another one, too slow to guess
 * by. A key file would be a trace of its own on a machine where only a plan was made; the salt is what the plan is
 * about.
 */
export function secretFingerprint(value: Secret, salt: string): string {
  const text = value.reveal().normalize('NFC')
  const key = createHash('sha256')
    .update(JSON.stringify([salt, text]))
    .digest('base64')
  const known = fingerprints.get(key)
  if (known !== undefined) return known
  const options = { N: 32768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
  const fingerprint = `scrypt:${scryptSync(text, salt, 24, options).toString('hex')}`
  if (fingerprints.size >= mostFingerprints) fingerprints.clear()
  fingerprints.set(key, fingerprint)
  return fingerprint
}

/** Those made in this process: a run asks for the same ones whenever it looks what has changed. */
const fingerprints = new Map<string, string>()
const mostFingerprints = 256

/** Parameters are in plans and journals: one that holds a credential must be declared as a secret. */
export function refuseCredentials(
  runbook: RunbookDefinition,
  values: ParameterValues,
  redactor: Pick<Redactor, 'value'>,
): void {
  for (const { name, type } of runbook.parameters) {
    if (type === 'secret' || JSON.stringify(redactor.value(values[name])) === JSON.stringify(values[name])) continue
    throw new PreflightError(
      'credential-in-parameter',
      exitCodes.usage,
      `the parameter ${name} contains text that looks like a credential, which only a secret parameter may contain`,
      { hint: 'remove the credential' },
    )
  }
}
