import { resolve } from 'node:path'
import { UsageError, DefinitionsError } from '../base/errors.js'
import { createRedactor } from '../redaction/redact.js'
import { isPlainText } from '../redaction/value-shape.js'
import type { GivenInput } from '../checks/load/resolve-inputs.js'
import { addressText, loadInputsFile, loadVerifyPolicy, type VerifyPolicy } from './verify-policy.js'
import type { ExpectedEnvironment, ExpectedInput, Expectations } from './statement/demands.js'
import { namedBy } from '../environment/environment-source.js'
import type { SelectionLock } from '../checks/lock/selection-lock.js'
import { readFingerprintKey, type FingerprintKey } from '../checks/run-context/fingerprint-key.js'
import { isSameInputName } from '../checks/input-names.js'
import { readInputOptions } from '../checks/input-options.js'
import { readTestedEnvironment, type EnvironmentOptions } from '../environment/tested-environment.js'
import { expectedWaivers, replaced, type WaiverOptions } from './expected-waivers.js'

/** What `verify` is given about the deployment to come. */
export interface ExpectationOptions extends WaiverOptions {
  /** A file of demands. */
  readonly policyFile?: string | undefined
  readonly deployment?: string | undefined
  /** Where the environment comes from that is about to be deployed; no source means that none was given. */
  readonly environment?: EnvironmentOptions | undefined
  readonly fingerprintKeyFile?: string | undefined
  readonly inputsFile?: string | undefined
  /** `name=value`, each. */
  readonly inputs?: readonly string[]
  readonly addresses?: readonly string[]
}

/**
 * Everything that is expected: the policy's demands and the command line's. The command line adds to a policy and
 * replaces nothing of it.
 *
 * @param lock the one that is demanded, where its file is known: whose key is whose is taken from it
 * @throws UsageError for what means nothing or contradicts the policy; DefinitionsError (exit 3) for a file that is
 *   wrong
 */
export async function readExpectations(options: ExpectationOptions, lock?: SelectionLock): Promise<Expectations> {
  const policy = options.policyFile === undefined ? undefined : await readPolicy(options.policyFile)
  if (policy !== undefined) refuseReplaced(options, policy)
  const key = await fingerprintKey(options, policy)
  const inputs = await expectedInputs(options, policy)
  const addresses = [...(policy?.addresses ?? []), ...(options.addresses ?? []).map(addressNamed)]
  return {
    deployment: policy?.deployment ?? options.deployment,
    keyId: key?.id,
    environment: await expectedEnvironment(options, policy, key),
    inputs:
      inputs === undefined ? undefined : Object.entries(inputs).map(([name, value]) => expectedInput(name, value, key)),
    waivers: await expectedWaivers(options, policy?.waivers, lock),
    addresses,
  }
}

async function readPolicy(file: string): Promise<VerifyPolicy> {
  const { policy, diagnostics } = await loadVerifyPolicy(file)
  if (policy === undefined) throw new DefinitionsError(diagnostics)
  return policy
}

/**
 * @throws UsageError for a flag that says another thing than the policy, or whose files would be taken instead of the
 * policy's
 */
function refuseReplaced(options: ExpectationOptions, policy: VerifyPolicy): void {
  const { environment, fingerprintKeyFile } = options
  const { sources = [], keyFile } = policy.environment ?? {}
  const given = environmentNames(environment)
  if (given.length > 0 && sources.length > 0) {
    throw replaced(
      `--environment (or another --env- flag) names ${given.join(', ')}`,
      `the policy names ${sources.map(namedBy).join(', ')}`,
      'leave the flag out, or use `environment: required` in the policy, which leaves the files to the command line',
    )
  }
  if (fingerprintKeyFile !== undefined && keyFile !== undefined && resolve(fingerprintKeyFile) !== keyFile)
    throw replaced(
      `--fingerprint-key names ${fingerprintKeyFile}`,
      `the policy names ${keyFile}`,
      'leave the flag out, or the key out of the policy',
    )
  if (options.deployment !== undefined && policy.deployment !== undefined && options.deployment !== policy.deployment)
    throw replaced(`--deployment says ${options.deployment}`, `the policy demands ${policy.deployment}`)
}

function environmentNames(environment: EnvironmentOptions | undefined): readonly string[] {
  if (environment === undefined) return []
  return [...environment.files.map(namedBy), ...(environment.pid === undefined ? [] : [`process ${environment.pid}`])]
}

async function fingerprintKey(
  { fingerprintKeyFile }: ExpectationOptions,
  policy: VerifyPolicy | undefined,
): Promise<FingerprintKey | undefined> {
  const file = fingerprintKeyFile ?? policy?.environment?.keyFile
  return file === undefined ? undefined : readFingerprintKey(file)
}

async function expectedEnvironment(
  { environment }: ExpectationOptions,
  policy: VerifyPolicy | undefined,
  key: FingerprintKey | undefined,
): Promise<ExpectedEnvironment | undefined> {
  const isGiven = environmentNames(environment).length > 0
  if (!isGiven && policy?.environment === undefined) return undefined
  const sources =
    isGiven && environment !== undefined
      ? environment
      : { files: policy?.environment?.sources ?? [], pid: undefined, inherit: false }
  // Without a source, the variables of this process would be read.
  const isRead = sources.files.length > 0 || sources.pid !== undefined
  const entries = isRead
    ? (await readTestedEnvironment(sources)).entries().map(([name, { value }]) => [name, value.reveal()] as const)
    : []
  return {
    keyId: key?.id,
    hmac: isRead ? key?.ofEnvironment(entries) : undefined,
    variables: new Map(entries.map(([name, value]) => [name, key?.ofVariable(name, value) ?? ''])),
    shown: (name) => shownValue(new Map(entries), name),
  }
}

/**
 * Only asked of what differs. What the packs say is not known here: a value is shown only where it reads as a setting
 * and holds nothing of any other.
 */
function shownValue(values: ReadonlyMap<string, string>, name: string): string | undefined {
  const value = values.get(name)
  if (value === undefined || !isPlainText(value)) return undefined
  const redactor = createRedactor(
    [...values]
      .filter(([other]) => other !== name)
      .map(([other, text]) => ({ name: other, exposure: 'secret' as const, value: text })),
  )
  return redactor.text(value) === value ? value : undefined
}

async function expectedInputs(
  { inputsFile, inputs = [] }: ExpectationOptions,
  policy: VerifyPolicy | undefined,
): Promise<Readonly<Record<string, GivenInput>> | undefined> {
  const ofFile = inputsFile === undefined ? {} : await readInputs(inputsFile)
  const named = [...(await readInputOptions(inputs))].map(([name, { value }]) => [name, value] as const)
  const given = { ...ofFile, ...Object.fromEntries(named) }
  for (const [name, demanded] of Object.entries(policy?.inputs ?? {})) {
    const isReplaced = Object.entries(given).some(
      ([other, value]) => isSameInputName(other, name) && JSON.stringify(value) !== JSON.stringify(demanded),
    )
    if (isReplaced)
      throw replaced(`the command line gives another value for the input ${name}`, 'the policy demands its own')
  }
  const all = { ...given, ...policy?.inputs }
  return Object.keys(all).length === 0 ? undefined : all
}

async function readInputs(file: string): Promise<Readonly<Record<string, GivenInput>>> {
  const { inputs, diagnostics } = await loadInputsFile(file)
  if (inputs === undefined) throw new DefinitionsError(diagnostics)
  return inputs
}

function expectedInput(name: string, value: GivenInput, key: FingerprintKey | undefined): ExpectedInput {
  const shown = createRedactor([]).text(typeof value === 'string' ? value : value.join(','))
  return {
    name,
    value,
    shown,
    ...(key === undefined ? {} : { hmac: (system: string, input: string) => key.ofInput(system, input, value) }),
  }
}

function addressNamed(text: string): string {
  if (!addressText.safeParse(text).success)
    throw new UsageError(`--address ${text} is not an address`, {
      hint: 'write --address HOST:PORT, an IPv6 address in brackets, or the path of a unix socket',
    })
  return text
}
