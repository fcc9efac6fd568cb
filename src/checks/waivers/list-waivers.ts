import { createHash } from 'node:crypto'
import { DefinitionsError } from '../../base/errors.js'
import { daysLeft, type Waiver, type WaiverSigner } from './waiver.js'
import type { SshSignature } from '../../processes/ssh-signature.js'
import { loadAll } from '../list-checks.js'
import { demandOf, lockFileOf, readLock, type LockFileOptions } from '../lock/selection-lock-file.js'
import type { DefinitionOptions } from '../settings.js'
import { judgeWaivers, type WaiverDemand, verifyWaiverSignature } from './waiver-signature.js'
import { demandedWaiverFile, invalidWaivers, readWaiverBytes, type WaiverFile } from './waiver-file.js'
import { type WaiverContext, compileWaivers } from './load-waivers.js'

export interface ListedWaivers {
  /** How messages call the file. */
  readonly file: string
  /** In the order of the file. Days are negative once a waiver has expired. */
  readonly entries: readonly { readonly waiver: Waiver; readonly daysLeft: number }[]
  /** Who signed the file; a text saying why no run would take it; `undefined` when no signature is demanded. */
  readonly signature: SshSignature | string | undefined
}

type ListOptions = DefinitionOptions & LockFileOptions & { readonly waiversFile: string | undefined }

/**
 * Every waiver of a file, signed or not: the signer wants to see it first.
 *
 * @throws UsageError when no file is named or it is not there; DefinitionsError with everything that is wrong in it
 */
export function listWaivers(options: ListOptions, signal: AbortSignal): Promise<ListedWaivers> {
  return listed(options, async (file, context, demand) => {
    const bytes = await readWaiverBytes(file)
    const waivers = compiled(bytes, file.label, context)
    const underLock = demand === undefined ? undefined : await judgeWaivers(demand, file, bytes, signal)
    if (underLock?.counts === false) return { waivers, signature: underLock.why }
    const signature = await verifyWaiverSignature(file, bytes, signal).catch((error: unknown) => {
      if (error instanceof DefinitionsError) return error.diagnostics[0]?.message ?? error.message
      throw error
    })
    return { waivers, signature: underLock?.signature ?? signature }
  })
}

/**
 * The same as a run would take them.
 *
 * @throws UsageError, and DefinitionsError (exit 3) also when the file is not signed as it must be, or does not count
 *   under the lock
 */
export function verifyWaivers(options: ListOptions, signal: AbortSignal): Promise<ListedWaivers> {
  return listed(options, async (file, context, demand) => {
    const read = await readWaivers(file, context, demand, signal)
    if (read.uncounted !== undefined)
      throw invalidWaivers(file.label, 'uncounted', `the waivers do not count: ${read.uncounted}`)
    return read
  })
}

type Read = Pick<ReadWaivers, 'waivers'> & Pick<ListedWaivers, 'signature'>

async function listed(
  options: ListOptions,
  read: (file: WaiverFile, context: WaiverContext, demand: WaiverDemand | undefined) => Promise<Read>,
): Promise<ListedWaivers> {
  const { configuration, definitions } = await loadAll(options)
  const file = demandedWaiverFile(options.waiversFile, configuration)
  const now = Date.now()
  const lock = await readLock(lockFileOf(options))
  const { waivers, signature } = await read(
    file,
    { ...definitions, now },
    lock === undefined ? undefined : demandOf(lock),
  )
  return {
    file: file.label,
    entries: waivers.map((waiver) => ({ waiver, daysLeft: daysLeft(waiver, now) })),
    signature,
  }
}

interface ReadWaivers {
  /** sha256 (hex) of the file. */
  readonly digest: string
  /** In the order of the file, expired ones among them. */
  readonly waivers: readonly Waiver[]
  /** `undefined` when neither the deployment nor the lock demands one. */
  readonly signature: SshSignature | undefined
  /** Why none of them counts under the lock; `undefined` where they do. */
  readonly uncounted: string | undefined
}

/**
 * Reads a waiver file, verifies that it is signed where the deployment demands that, compiles it, and holds it against
 * what the lock demands.
 *
 * @param demand of the lock, where there is one that says which waivers count
 * @throws UsageError when a file that was named is not there; DefinitionsError for everything that is wrong with it
 */
export async function readWaivers(
  file: WaiverFile,
  context: WaiverContext,
  demand: WaiverDemand | undefined,
  signal: AbortSignal,
): Promise<ReadWaivers> {
  const bytes = await readWaiverBytes(file)
  const demanded = await verifyWaiverSignature(file, bytes, signal)
  const waivers = compiled(bytes, file.label, context)
  const underLock = demand === undefined ? undefined : await judgeWaivers(demand, file, bytes, signal)
  const signature = (underLock?.counts === true ? underLock.signature : undefined) ?? demanded
  const uncounted = underLock?.counts === false ? underLock.why : undefined
  return {
    digest: createHash('sha256').update(bytes).digest('hex'),
    waivers:
      signature === undefined
        ? waivers
        : waivers.map((waiver) => Object.freeze({ ...waiver, signer: signerOf(signature) })),
    signature,
    uncounted,
  }
}

function signerOf({ principals, key }: SshSignature): WaiverSigner {
  return { principal: principals.join(', '), key }
}

/** @throws DefinitionsError with every problem of the file */
export function compiled(content: Uint8Array, label: string, context: WaiverContext): readonly Waiver[] {
  const { waivers, diagnostics } = compileWaivers(content, label, context)
  if (waivers === undefined) throw new DefinitionsError(diagnostics)
  return waivers
}
