import { approvalNamespace } from '../../approve/approval.js'
import {
  verifySshSignature,
  type NoSignature,
  type SignedText,
  type SshSignature,
} from '../../../processes/ssh-signature.js'

export type Signature = Pick<SshSignature, 'principals' | 'key'>

/**
 * Verifies the signature of an approval.
 *
 * @param excluded names whose signature is none
 * @returns who signed; a text saying why it is no valid signature of an allowed signer
 * @throws the system's error when ssh-keygen cannot be started; SilenceError when the signal was aborted
 */
export async function verifySignature(
  signed: Omit<SignedText, 'namespace'>,
  excluded: readonly string[],
  signal: AbortSignal,
): Promise<Signature | string> {
  const verified = await verifySshSignature({ ...signed, namespace: approvalNamespace }, signal, excluded)
  return verified.kind === 'good' ? verified : complaints[verified.kind](verified.said)
}

const ofNobody = (said: string): string => `its signature is of nobody whom the signers file allows (${said})`

const complaints: Readonly<Record<NoSignature['kind'], (said: string) => string>> = {
  unreadable: ofNobody,
  altered: (said) => `its signature does not belong to this text (${said})`,
  'unknown-signer': ofNobody,
  'expired-key': ofNobody,
  'names-nobody': () => 'the signers file has a pattern for the holder of its key, which names nobody',
  excluded: (name) => `it is signed by ${name}, who may not approve this run`,
}
