import { resolve } from 'node:path'
import { readSigners, SignersFormatError, type SignersEntry } from '../processes/ssh-signature.js'
import { UsageError, DefinitionsError } from '../base/errors.js'
import { sourceBytes } from '../definitions/source-file.js'
import type { VerifyPolicy } from './verify-policy.js'
import type { Expectations } from './statement/demands.js'
import type { SelectionLock } from '../checks/lock/selection-lock.js'

/** What is said of waivers on the command line. */
export interface WaiverOptions {
  readonly noWaivers?: boolean
  /** Names, or fingerprints of keys. */
  readonly waiversSignedBy?: readonly string[]
  /** An allowed-signers file: whose key is whose. */
  readonly waiverSignersFile?: string | undefined
}

/**
 * Which waivers are expected. A name counts by its keys: those of the signers file that is given here, else of the
 * demanded lock. The name in an attestation is from a file that the user of preflight chooses.
 *
 * @throws UsageError for what contradicts the policy or means nothing; DefinitionsError (exit 3) for a signers file
 *   that cannot be read
 */
export async function expectedWaivers(
  options: WaiverOptions,
  demanded: VerifyPolicy['waivers'],
  lock: SelectionLock | undefined,
): Promise<Expectations['waivers']> {
  const { noWaivers = false, waiversSignedBy = [] } = options
  const ofPolicy = demanded === 'none' ? undefined : demanded
  const signersFile = signersFileOf(options, ofPolicy?.signersFile)
  if (waiversSignedBy.length > 0 && demanded === 'none')
    throw replaced(`--waivers-signed-by names ${waiversSignedBy.join(', ')}`, 'the policy demands `waivers: none`')
  const added = ofPolicy === undefined ? [] : waiversSignedBy.filter((name) => !ofPolicy.signedBy.includes(name))
  if (added.length > 0)
    throw replaced(`--waivers-signed-by names ${added.join(', ')}`, `the policy names ${ofPolicy?.signedBy.join(', ')}`)
  const signedBy = waiversSignedBy.length > 0 ? waiversSignedBy : (ofPolicy?.signedBy ?? [])
  if (options.waiverSignersFile !== undefined && signedBy.length === 0)
    throw new UsageError('--waiver-signers names the owners of keys, but no signer is required', {
      hint: 'name them with --waivers-signed-by NAME',
    })
  if (noWaivers || demanded === 'none') return 'none'
  if (signedBy.length === 0) return undefined
  return {
    signedBy,
    keysOf: keysByName(signersFile === undefined ? signersOfLock(lock) : await signersIn(signersFile)),
  }
}

/** A flag and a policy that do not say the same. */
export function replaced(
  flag: string,
  policy: string,
  hint = 'the command line adds to a policy and does not replace any part of it',
): UsageError {
  return new UsageError(`${flag}, but ${policy}`, { hint })
}

function signersFileOf({ waiverSignersFile: given }: WaiverOptions, demanded: string | undefined): string | undefined {
  if (given !== undefined && demanded !== undefined && resolve(given) !== demanded)
    throw replaced(
      `--waiver-signers names ${given}`,
      `the policy names ${demanded}`,
      'leave the flag out, or the file out of the policy',
    )
  return demanded ?? given
}

function signersOfLock(lock: SelectionLock | undefined): readonly SignersEntry[] | undefined {
  const waivers = lock?.demands?.waivers
  return waivers !== undefined && 'signers' in waivers ? waivers.signers.flatMap(readSigners) : undefined
}

async function signersIn(file: string): Promise<readonly SignersEntry[]> {
  const bytes = await sourceBytes(file)
  if (typeof bytes === 'string') throw unusable(file, bytes)
  try {
    return readSigners(new TextDecoder().decode(bytes))
  } catch (error) {
    if (error instanceof SignersFormatError) throw unusable(file, `cannot be read: ${error.message}`)
    throw error
  }
}

function unusable(file: string, why: string): DefinitionsError {
  return new DefinitionsError([
    {
      position: { file, line: 1, column: 1 },
      code: 'signers-unreadable',
      message: `the signers file ${why}`,
      hint: 'ssh-keygen(1), ALLOWED SIGNERS',
    },
  ])
}

/** A key that signs certificates of others is not a person's. */
function keysByName(
  entries: readonly SignersEntry[] | undefined,
): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  if (entries === undefined) return undefined
  const keys = new Map<string, Set<string>>()
  for (const { holders, key } of entries.filter(({ isAuthority }) => !isAuthority))
    for (const holder of holders) keys.set(holder, (keys.get(holder) ?? new Set()).add(key))
  return keys
}
