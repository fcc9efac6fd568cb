import { UsageError } from '../../kernel/errors.js'
import { createRedactor } from '../../kernel/redact.js'
import { isPlainText } from '../../kernel/snapshot/plain-text.js'
import type { GivenInput } from '../../load/input-value.js'
import { addressText, loadInputsFile, loadVerifyPolicy, type VerifyPolicy } from '../../load/verify-policy.js'
import type { ExpectedEnvironment, ExpectedInput, Expectations } from '../../model/attestation/expectations.js'
import { DefinitionsError } from '../../model/definitions-error.js'
import { readFingerprintKey, type FingerprintKey } from '../fingerprint-key.js'
import { givenInputs } from '../inputs.js'
import { readTestedEnvironment, type EnvironmentOptions } from '../tested-environment.js'

/** What `verify` is told of what is about to be deployed. */
export interface ExpectationOptions {
  /** A file of demands. */
  readonly policyFile?: string | undefined
  readonly deployment?: string | undefined
  /** Where the environment comes from that is about to be deployed; no source means that none was given. */
  readonly environment?: EnvironmentOptions | undefined
  readonly fingerprintKeyFile?: string | undefined
  readonly inputsFile?: string | undefined
  /** `name=value`, each. */
  readonly inputs?: readonly string[]
  readonly noWaivers?: boolean
  readonly waiversSignedBy?: readonly string[]
  readonly addresses?: readonly string[]
}

/**
 * Everything that is expected: the policy's demands and the command line's. The command line adds to a policy and lowers nothing of it.
 *
 * @throws UsageError for what means nothing or contradicts the policy; DefinitionsError (exit 3) for a file that is wrong
 */
export async function readExpectations(options: ExpectationOptions): Promise<Expectations> {
  const policy = options.policyFile === undefined ? undefined : await readPolicy(options.policyFile)
  const key = await fingerprintKey(options, policy)
  const inputs = await expectedInputs(options, policy)
  const addresses = [...(policy?.addresses ?? []), ...(options.addresses ?? []).map(addressNamed)]
  return {
    deployment: agreed('--deployment', options.deployment, policy?.deployment),
    keyId: key?.id,
    environment: await expectedEnvironment(options, policy, key),
    inputs: inputs === undefined ? undefined : Object.entries(inputs).map(([name, value]) => expectedInput(name, value, key)),
    waivers: expectedWaivers(options, policy),
    addresses,
  }
}

async function readPolicy(file: string): Promise<VerifyPolicy> {
  const { policy, diagnostics } = await loadVerifyPolicy(file)
  if (policy === undefined) throw new DefinitionsError(diagnostics)
  return policy
}

function agreed(flag: string, given: string | undefined, demanded: string | undefined): string | undefined {
  if (given !== undefined && demanded !== undefined && given !== demanded) throw new UsageError(`${flag} says ${given}, but the policy demands ${demanded}`)
  return demanded ?? given
}

async function fingerprintKey({ fingerprintKeyFile }: ExpectationOptions, policy: VerifyPolicy | undefined): Promise<FingerprintKey | undefined> {
  const file = fingerprintKeyFile ?? policy?.environment?.keyFile
  return file === undefined ? undefined : readFingerprintKey(file)
}

async function expectedEnvironment({ environment }: ExpectationOptions, policy: VerifyPolicy | undefined, key: FingerprintKey | undefined): Promise<ExpectedEnvironment | undefined> {
  const isGiven = environment !== undefined && (environment.files.length > 0 || environment.pid !== undefined)
  if (!isGiven && policy?.environment === undefined) return undefined
  const sources = isGiven ? environment : { files: policy?.environment?.sources ?? [], pid: undefined, inherit: false }
  // Without a source, the variables of this process would be read.
  const isRead = sources.files.length > 0 || sources.pid !== undefined
  const entries = isRead ? (await readTestedEnvironment(sources)).entries().map(([name, { value }]) => [name, value.reveal()] as const) : []
  return {
    keyId: key?.id,
    hmac: isRead ? key?.ofEnvironment(entries) : undefined,
    variables: new Map(entries.map(([name, value]) => [name, key?.ofVariable(name, value) ?? ''])),
    shown: (name) => shownValue(new Map(entries), name),
  }
}

/** Only asked of what differs. What the packs say is not known here: a value is shown only where it reads as a setting and holds nothing of any other. */
function shownValue(values: ReadonlyMap<string, string>, name: string): string | undefined {
  const value = values.get(name)
  if (value === undefined || !isPlainText(value)) return undefined
  const redactor = createRedactor([...values].filter(([other]) => other !== name).map(([other, text]) => ({ name: other, exposure: 'secret' as const, value: text })))
  return redactor.text(value) === value ? value : undefined
}

async function expectedInputs({ inputsFile, inputs = [] }: ExpectationOptions, policy: VerifyPolicy | undefined): Promise<Readonly<Record<string, GivenInput>> | undefined> {
  const ofFile = inputsFile === undefined ? {} : await readInputs(inputsFile)
  const given = { ...ofFile, ...givenInputs({ inputs: {} }, inputs) }
  for (const [name, demanded] of Object.entries(policy?.inputs ?? {})) {
    if (Object.hasOwn(given, name) && JSON.stringify(given[name]) !== JSON.stringify(demanded)) throw new UsageError(`the input ${name} is not what the policy demands`)
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
  return { name, value, shown, ...(key === undefined ? {} : { hmac: (system: string, input: string) => key.ofInput(system, input, value) }) }
}

function expectedWaivers({ noWaivers = false, waiversSignedBy = [] }: ExpectationOptions, policy: VerifyPolicy | undefined): Expectations['waivers'] {
  if (noWaivers || policy?.waivers === 'none') return 'none'
  const demanded = policy?.waivers?.signedBy
  if (waiversSignedBy.length === 0) return demanded === undefined ? undefined : { signedBy: demanded }
  const added = demanded === undefined ? [] : waiversSignedBy.filter((name) => !demanded.includes(name))
  if (added.length > 0) throw new UsageError(`--waivers-signed-by names ${added.join(', ')}, whom the policy does not`)
  return { signedBy: waiversSignedBy }
}

function addressNamed(text: string): string {
  if (!addressText.safeParse(text).success) throw new UsageError(`--address ${text} is not an address`, { hint: 'write --address HOST:PORT, an IPv6 address in brackets, or the path of a unix socket' })
  return text
}
