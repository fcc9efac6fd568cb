import {
  different,
  isSaidSignedBy,
  isSignedBy,
  notCompared,
  same,
  unstated,
  type Comparison,
  type Expectations,
  type ExpectedInput,
  type ExpectedEnvironment,
} from './demands.js'
import type { PreflightRun, StatedWaiver } from './statement.js'

/**
 * What came of each expectation, and what was not compared because nothing was expected of it. Pure.
 */
export function compareExpectations(
  run: PreflightRun,
  { deployment, keyId, environment, inputs, waivers, addresses }: Expectations,
): readonly Comparison[] {
  return [
    compareDeployment(run, deployment),
    compareEnvironment(run, environment),
    compareInputs(run, inputs, keyId),
    compareWaivers(run, waivers),
    compareAddresses(run, addresses),
  ]
}

function compareDeployment(run: PreflightRun, expected: string | undefined): Comparison {
  const attested = run.deployment === null ? 'no name' : run.deployment
  if (expected === undefined)
    return notCompared('deployment', false, `none was given (--deployment NAME); attested ${attested}`)
  return run.deployment === expected
    ? same('deployment')
    : different('deployment', `expected ${expected}, attested ${attested}`)
}

function compareWaivers(run: PreflightRun, expected: Expectations['waivers']): Comparison {
  const waivers = run.waivers
  if (expected === undefined) {
    return notCompared(
      'waivers',
      false,
      `any counts (--no-waivers, --waivers-signed-by NAME); attested ${run.waived.length === 0 ? 'none' : (waivers?.map(worded) ?? run.waived).join(', ')}`,
    )
  }
  if (run.waived.length === 0) return same('waivers')
  if (expected === 'none')
    return different('waivers', `expected none, attested ${(waivers?.map(worded) ?? run.waived).join(', ')}`)
  if (waivers === undefined)
    return notCompared('waivers', true, `${unstated} who signed those of ${run.waived.join(', ')}`)
  const others = waivers.filter((waiver) => !isSignedBy(waiver, expected))
  if (others.length === 0) return same('waivers')
  const unknown = others.filter((waiver) => isSaidSignedBy(waiver, expected))
  if (unknown.length === others.length)
    return notCompared(
      'waivers',
      true,
      `unknown whose key signed ${unknown.map(worded).join(', ')}: give --waiver-signers FILE, --lock FILE of a lock that names signers, or the fingerprint of the key`,
    )
  return different(
    'waivers',
    `expected only those signed by ${expected.signedBy.join(', ')}, attested ${others
      .filter((waiver) => !unknown.includes(waiver))
      .map(worded)
      .join(', ')}`,
  )
}

function worded({ check, ticket, owner, expires, signer }: StatedWaiver): string {
  return `${check} (${ticket}, ${owner}, until ${expires}, ${signer === null ? 'not signed' : `signed by ${signer.principal} ${signer.key}`})`
}

function compareAddresses({ context }: PreflightRun, expected: readonly string[] | undefined): Comparison {
  const isExpected = expected !== undefined && expected.length > 0
  if (context === undefined) return notCompared('addresses', isExpected, unstated)
  if (!isExpected)
    return notCompared(
      'addresses',
      false,
      `none were given (--address HOST:PORT); attested ${listed(context.addresses)}`,
    )
  const missing = expected.filter((wanted) => !context.addresses.some(({ address }) => address === wanted))
  return missing.length === 0
    ? same('addresses')
    : different('addresses', `expected ${missing.join(', ')}, attested ${listed(context.addresses)}`)
}

function listed(addresses: readonly { readonly address: string }[]): string {
  return addresses.length === 0 ? 'none' : addresses.map(({ address }) => address).join(', ')
}

/**
 * The inputs that the judged checks read: in clear where they are stated so, else by fingerprints under the same key.
 */
function compareInputs(
  { context }: Pick<PreflightRun, 'context'>,
  expected: readonly ExpectedInput[] | undefined,
  keyId: string | undefined,
): Comparison {
  if (context === undefined) return notCompared('inputs', expected !== undefined, unstated)
  if (expected === undefined) return notCompared('inputs', false, 'none were given (--inputs FILE)')
  const differing: string[] = []
  const unknown: string[] = []
  for (const input of expected) {
    const judged = context.inputs.filter(
      ({ system, name }) => input.name === name || input.name === `${system}.${name}`,
    )
    if (judged.length === 0) differing.push(`${input.name} (expected, but no judged check reads it)`)
    for (const { system, name, value } of judged) {
      if (value !== null) {
        if (!isSame(value, input.value))
          differing.push(
            `${input.name} (expected ${JSON.stringify(input.shown)}, attested ${JSON.stringify(listText(value))})`,
          )
        continue
      }
      const attested = context.fingerprints?.inputs.find((each) => each.system === system && each.name === name)?.hmac
      if (attested === undefined || keyId !== context.fingerprints?.keyId || input.hmac === undefined)
        unknown.push(input.name)
      else if (attested !== input.hmac(system, name)) differing.push(`${input.name} (neither value is shown)`)
    }
  }
  if (differing.length > 0) return different('inputs', `differ: ${differing.join(', ')}`)
  if (unknown.length === 0) return same('inputs')
  const needed =
    context.fingerprints === null ? 'the attestation holds no fingerprints' : `key ${context.fingerprints.keyId} needed`
  return notCompared(
    'inputs',
    true,
    `${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not readable: ${needed}`,
  )
}

/** A list is the same as the text that gives it on the command line. */
function isSame(attested: string | readonly string[], expected: string | readonly string[]): boolean {
  return typeof attested !== 'string' && typeof expected === 'string'
    ? listText(attested) ===
        expected
          .split(',')
          .map((item) => item.trim())
          .join(',')
    : JSON.stringify(attested) === JSON.stringify(expected)
}

function listText(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join(',')
}

/** Names that a message lists at most. */
const mostNames = 10

/** The environment under test, variable by variable, by fingerprints: equal ones only under the same key. */
function compareEnvironment(
  { context }: Pick<PreflightRun, 'context'>,
  expected: ExpectedEnvironment | undefined,
): Comparison {
  const isExpected = expected !== undefined
  if (context === undefined) return notCompared('environment', isExpected, unstated)
  const { fingerprints } = context
  if (fingerprints === null)
    return notCompared(
      'environment',
      isExpected,
      'the attestation holds no fingerprints: the run had no --fingerprint-key',
    )
  if (expected === undefined || expected.keyId !== fingerprints.keyId) {
    return notCompared(
      'environment',
      isExpected,
      `key ${fingerprints.keyId} needed${expected?.keyId === undefined ? '' : `, found key ${expected.keyId}`}`,
    )
  }
  if (expected.hmac === undefined)
    return notCompared('environment', true, 'nothing was given to compare with (--environment FILE)')
  if (expected.hmac === fingerprints.environment) return same('environment')
  const attested = new Map(fingerprints.variables.map(({ name, hmac }) => [name, hmac]))
  const values = new Map(context.variables.map(({ name, value }) => [name, value]))
  // What the attestation calls public may be shown of either side, and nothing else.
  const expectedWords = (name: string): string => wordedVariable(values.has(name) ? expected.shown(name) : undefined)
  const found = [
    ...[...attested].flatMap(([name, hmac]) => {
      if (!expected.variables.has(name))
        return [`${name} (expected none, attested ${wordedVariable(values.get(name))})`]
      return expected.variables.get(name) === hmac
        ? []
        : [`${name} (expected ${expectedWords(name)}, attested ${wordedVariable(values.get(name))})`]
    }),
    ...[...expected.variables.keys()]
      .filter((name) => !attested.has(name))
      .map((name) => `${name} (expected ${expectedWords(name)}, attested none)`),
  ].toSorted()
  const more = found.length > mostNames ? `, and ${found.length - mostNames} more` : ''
  return different(
    'environment',
    found.length === 0
      ? 'a variable with a hidden name differs'
      : `differs: ${found.slice(0, mostNames).join(', ')}${more}`,
  )
}

function wordedVariable(value: string | undefined): string {
  return value === undefined ? 'a value that is not shown' : JSON.stringify(value)
}
