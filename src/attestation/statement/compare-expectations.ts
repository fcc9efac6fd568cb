import { compareEnvironment } from './compare-environment.js'
import { compareInputs } from './compare-inputs.js'
import {
  different,
  isSaidSignedBy,
  isSignedBy,
  notCompared,
  same,
  unstated,
  type Comparison,
  type Expectations,
} from './demands.js'
import type { PreflightRun, StatedWaiver } from './statement.js'

/**
 * What came of each expectation, and of what nobody expected anything of: a reader is told that it was not compared.
 * Pure.
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
      `nothing says whose key signed ${unknown.map(worded).join(', ')}: needed is --waiver-signers FILE, --lock FILE of a lock that names signers, or the fingerprint of the key`,
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
  return `${check} (${ticket}, ${owner}, until ${expires}, ${signer === null ? 'signed by nobody' : `signed by ${signer.principal} ${signer.key}`})`
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
