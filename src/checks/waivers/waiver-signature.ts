import { shownPath } from '../../base/files/shown-path.js'
import { messageOf, type DefinitionsError } from '../../base/errors.js'
import { isThere } from '../../base/files/state-folder.js'
import { sourceBytes } from '../../definitions/source-file.js'
import { waiverNamespace } from './waiver.js'
import {
  verifySshSignature,
  type NoSignature,
  type SignedText,
  type SshSignature,
} from '../../processes/ssh-signature.js'
import { isStartError } from '../../processes/start-problem.js'
import { invalidWaivers, type WaiverFile } from './waiver-file.js'
import { resolve } from 'node:path'
import type { LockedWaivers } from '../lock/selection-lock.js'

/** How a waiver file is signed. */
export function signingCommand(label: string): string {
  return `ssh-keygen -Y sign -n ${waiverNamespace} -f KEY ${label}`
}

/**
 * Who signed a waiver file, over exactly these bytes.
 *
 * @returns `undefined` when the deployment demands no signature
 * @throws DefinitionsError (exit 3), each reason with its own code and message; whatever ended the run when the signal
 *   was aborted
 */
export async function verifyWaiverSignature(
  file: WaiverFile,
  document: Uint8Array,
  signal: AbortSignal,
): Promise<SshSignature | undefined> {
  const { path, label, signers: signersFile } = file
  if (signersFile === undefined) return undefined
  const signers = await sourceBytes(signersFile)
  if (typeof signers === 'string')
    throw invalidWaivers(
      label,
      'signers-unreadable',
      `the signers file ${shownPath(signersFile)} ${signers}: unknown whether the waivers are approved`,
    )
  const signature = await signatureBytes(path, label)
  const verified = await verifiedBy({ document, signature, signers }, label, signal)
  if (verified.kind !== 'good') throw refusal(label, signersFile, verified)
  return verified
}

/**
 * Whether bytes are signed, for waivers, by one of the lines of an allowed-signers file.
 *
 * @throws DefinitionsError (exit 3) when that could not be verified at all; whatever ended the run when the signal was
 *   aborted
 */
async function verifiedBy(
  signed: Omit<SignedText, 'namespace'>,
  label: string,
  signal: AbortSignal,
): Promise<SshSignature | NoSignature> {
  return verifySshSignature({ ...signed, namespace: waiverNamespace }, signal).catch((error: unknown) => {
    if (signal.aborted) throw signal.reason
    if (!isStartError(error)) throw error
    throw invalidWaivers(
      label,
      'signature-unverified',
      `the signature could not be verified: ${messageOf(error)}`,
      'ssh-keygen is part of OpenSSH 8.2 or later',
    )
  })
}

async function signatureBytes(path: string, label: string): Promise<Uint8Array> {
  if (!(await isThere(`${path}.sig`)))
    throw invalidWaivers(
      label,
      'unsigned',
      `the waivers are not signed: ${label}.sig not found`,
      `one of the signers must sign them: ${signingCommand(label)}`,
    )
  const signature = await sourceBytes(`${path}.sig`)
  if (typeof signature !== 'string') return signature
  throw invalidWaivers(label, 'signature-unreadable', `the signature ${label}.sig ${signature}`)
}

function refusal(label: string, signersFile: string, { kind, said }: NoSignature): DefinitionsError {
  const signers = shownPath(signersFile)
  const again = `remove ${label}.sig and sign again: ${signingCommand(label)}`
  switch (kind) {
    case 'unreadable':
      return invalidWaivers(label, 'signature-unreadable', `${label}.sig is not an OpenSSH signature (${said})`, again)
    case 'altered':
      return invalidWaivers(
        label,
        'altered',
        `the waivers changed after they were signed, or were signed for another purpose (${said})`,
        `check what changed, then ${again}`,
      )
    case 'expired-key':
      return invalidWaivers(
        label,
        'expired-key',
        `the waivers are signed with a key that ${signers} does not allow at this time (${said})`,
      )
    case 'names-nobody':
      return invalidWaivers(
        label,
        'signer-unnamed',
        `the waivers are signed with a key for which ${signers} contains only the pattern ${said}, not a signer`,
      )
    case 'unknown-signer':
    case 'excluded':
      return invalidWaivers(
        label,
        'unknown-signer',
        `the waivers are not signed by a signer that ${signers} allows (${said})`,
      )
  }
}

/** Which waivers count under a lock, whatever the command line and the deployment file say. */
export interface WaiverDemand {
  /** How messages call the lock. */
  readonly label: string
  /** Its absolute folder, which the paths in it are relative to. */
  readonly folder: string
  readonly waivers: LockedWaivers
}

/** What a lock makes of a waiver file. */
type WaiversUnderLock =
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
          : `${label} names the waiver file ${waivers.file}, but these are from ${file.label}`,
    }
  }
  if (!(await isThere(`${file.path}.sig`)))
    return { counts: false, why: `${label} names who must sign them, but ${file.label}.sig does not exist` }
  const signature = await sourceBytes(`${file.path}.sig`)
  if (typeof signature === 'string')
    return { counts: false, why: `${label} names who must sign them, but ${file.label}.sig ${signature}` }
  const signers = Buffer.from(waivers.signers.map((line) => `${line}\n`).join(''))
  const verified = await verifiedBy({ document, signature, signers }, file.label, signal)
  if (verified.kind === 'good') return { counts: true, signature: verified }
  return {
    counts: false,
    why: `${file.label}.sig is not a signature by one of the signers that ${label} names (${verified.said})`,
  }
}
