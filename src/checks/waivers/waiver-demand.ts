import { resolve } from 'node:path'
import { isThere } from '../../base/files/is-there.js'
import { sourceBytes } from '../../definitions/source-file.js'
import type { LockedWaivers } from '../lock/lock-demands.js'
import type { SshSignature } from '../../processes/ssh-signature.js'
import type { WaiverFile } from './waiver-file.js'
import { verifiedBy } from './waiver-signature.js'

/** Which waivers count under a lock, whatever the command line and the deployment file say. */
export interface WaiverDemand {
  /** How messages call the lock. */
  readonly label: string
  /** Its absolute folder, which the paths in it are relative to. */
  readonly folder: string
  readonly waivers: LockedWaivers
}

/** What a lock makes of a waiver file. */
export type WaiversUnderLock =
  | { readonly counts: true; readonly signature: SshSignature | undefined }
  | {
      readonly counts: false
      /** Why not, for a sentence that begins with the waivers. */
      readonly why: string
    }

/**
 * Whether the waivers of a file count under a lock.
 *
 * @param document the bytes of the file
 * @throws DefinitionsError when the signature could not be verified at all; whatever ended the run when the signal was
 *   aborted
 */
export async function judgeWaivers(
  { label, folder, waivers }: WaiverDemand,
  file: Pick<WaiverFile, 'path' | 'label'>,
  document: Uint8Array,
  signal: AbortSignal,
): Promise<WaiversUnderLock> {
  if ('unsigned' in waivers) {
    if (waivers.file !== null && resolve(folder, waivers.file) === file.path)
      return { counts: true, signature: undefined }
    return {
      counts: false,
      why:
        waivers.file === null
          ? `${label} names no waiver file`
          : `${label} names the waiver file ${waivers.file}, and they are from ${file.label}`,
    }
  }
  if (!(await isThere(`${file.path}.sig`)))
    return { counts: false, why: `${label} names who must sign them, and there is no ${file.label}.sig` }
  const signature = await sourceBytes(`${file.path}.sig`)
  if (typeof signature === 'string')
    return { counts: false, why: `${label} names who must sign them, and ${file.label}.sig ${signature}` }
  const signers = Buffer.from(waivers.signers.map((line) => `${line}\n`).join(''))
  const verified = await verifiedBy({ document, signature, signers }, file.label, signal)
  if (verified.kind === 'good') return { counts: true, signature: verified }
  return {
    counts: false,
    why: `${file.label}.sig is not a signature by one of the signers that ${label} names (${verified.said})`,
  }
}
