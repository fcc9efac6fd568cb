import { compileWaivers, type WaiverContext } from '../../load/waivers.js'
import { DefinitionsError } from '../../model/definitions-error.js'
import type { Waiver, WaiverSigner } from '../../model/waiver.js'
import type { SshSignature } from '../../process/ssh-signature.js'
import { readWaiverBytes, type WaiverFile } from './waiver-file.js'
import { verifyWaiverSignature } from './waiver-signature.js'

export interface ReadWaivers {
  /** In the order of the file, expired ones among them. */
  readonly waivers: readonly Waiver[]
  /** `undefined` when the deployment demands none. */
  readonly signature: SshSignature | undefined
}

/**
 * Reads a waiver file, verifies that it is signed where that is demanded, and compiles it: what nobody signed is not even looked into.
 *
 * @throws UsageError when a file that was named is not there; DefinitionsError for everything that is wrong with it
 */
export async function readWaivers(file: WaiverFile, context: WaiverContext, signal: AbortSignal): Promise<ReadWaivers> {
  const bytes = await readWaiverBytes(file)
  const signature = await verifyWaiverSignature(file, bytes, signal)
  const waivers = compiled(bytes, file.label, context)
  return { waivers: signature === undefined ? waivers : waivers.map((waiver) => Object.freeze({ ...waiver, signer: signerOf(signature) })), signature }
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
