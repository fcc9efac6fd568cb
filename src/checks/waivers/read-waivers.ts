import { compileWaivers, type WaiverContext } from './load-waivers.js'
import { DefinitionsError } from '../../base/definitions-error.js'
import type { Waiver, WaiverSigner } from './waiver.js'
import type { SshSignature } from '../../processes/ssh-signature.js'
import { readWaiverBytes, type WaiverFile } from './waiver-file.js'
import { judgeWaivers, type WaiverDemand } from './waiver-demand.js'
import { verifyWaiverSignature } from './waiver-signature.js'

export interface ReadWaivers {
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
