import { z } from 'zod'
import type { SigningKey, VerificationKey } from './keys.js'

export const payloadType = 'application/vnd.in-toto+json'

/**
 * https://github.com/secure-systems-lab/dsse/blob/master/envelope.md: other keys of an envelope are ignored.
 */
export const envelopeSchema = z.object({
  payloadType: z.string().max(200),
  payload: z.string(),
  signatures: z.array(z.object({ keyid: z.string().max(1000).optional(), sig: z.string().max(2000) })).max(16),
})
export type Envelope = z.infer<typeof envelopeSchema>

/** The placeholder until there is an attestation: it is not signed, and it says nothing. */
export const emptyEnvelope: Envelope = { payloadType, payload: '', signatures: [] }

/** Why an envelope is not opened. */
export interface SealRefusal {
  readonly code: 'unsigned' | 'other-key' | 'altered' | 'payload-type'
  readonly message: string
}

/** Signs a payload: DSSE, over its type and its bytes as they are. */
export async function seal(payload: Buffer, key: SigningKey): Promise<Envelope> {
  const signature = key.sign(await preAuthenticationEncoding(payloadType, payload))
  return {
    payloadType,
    payload: payload.toString('base64'),
    signatures: [{ keyid: key.id, sig: signature.toString('base64') }],
  }
}

/** The payload, when one of the keys has signed it; else why not. Nothing of a payload is looked at before. */
export async function openEnvelope(
  envelope: Envelope,
  keys: readonly VerificationKey[],
): Promise<Buffer | SealRefusal> {
  const { signatures } = envelope
  if (signatures.length === 0)
    return {
      code: 'unsigned',
      message: 'it is not signed: the run is still running, or did not end',
    }
  const payload = bytesOf(envelope.payload)
  const isSigned = payload !== undefined && (await isSignedByAny(envelope, payload, keys))
  if (!isSigned) return unsealed(signatures, keys)
  // It is signed along with the payload, so this is what the signer wrote.
  if (envelope.payloadType !== payloadType)
    return {
      code: 'payload-type',
      message: `the signed content is not an in-toto statement: its type is not ${payloadType}`,
    }
  return payload
}

async function isSignedByAny(envelope: Envelope, payload: Buffer, keys: readonly VerificationKey[]): Promise<boolean> {
  const signed = await preAuthenticationEncoding(envelope.payloadType, payload)
  return envelope.signatures.some(({ sig }) => {
    const signature = bytesOf(sig)
    return signature !== undefined && keys.some((key) => key.verify(signed, signature))
  })
}

/** A key's id is a hint that anybody can write: it chooses the words, never the verdict. */
function unsealed(signatures: Envelope['signatures'], keys: readonly VerificationKey[]): SealRefusal {
  const isOurs = signatures.some(({ keyid }) => keyid === undefined || keys.some(({ id }) => id === keyid))
  if (isOurs) return { code: 'altered', message: 'the signature is invalid: the content changed after it was signed' }
  return { code: 'other-key', message: 'it was signed with another key' }
}

/**
 * Base64 of either alphabet, as DSSE has it, but in the form that an encoder gives: a decoder passes over so much that
 * many texts would be attestations of one signature.
 */
function bytesOf(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  const standard = bytes.toString('base64')
  return [standard, standard.replaceAll('+', '-').replaceAll('/', '_')].includes(text) ? bytes : undefined
}

async function preAuthenticationEncoding(type: string, payload: Buffer): Promise<Buffer> {
  const { dsse } = await import('@sigstore/core')
  return dsse.preAuthEncoding(type, payload)
}
