import { createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyEnvelope, openEnvelope, payloadType, seal, type Envelope } from '../../src/attestation/dsse-envelope.js'
import { readSigningKey, readVerificationKey } from '../../src/attestation/keys.js'
import { ed25519, p256 } from './key-files.js'
import { propertyRuns } from '../property-runs.js'

const payload = Buffer.from('{"verdict":"go","reason":"é/京"}')

async function sealed(
  files = ed25519(),
): Promise<{ envelope: Envelope; open(envelope: Envelope): ReturnType<typeof openEnvelope> }> {
  const keys = [await readVerificationKey(files.publicKey)]
  return {
    envelope: await seal(payload, await readSigningKey(files.privateKey)),
    open: (envelope) => openEnvelope(envelope, keys),
  }
}

/** The text with the bits of one byte of what it encodes changed. */
function withByteChanged(text: string, at: number, bits: number): string {
  const bytes = Buffer.from(text, 'base64')
  bytes[at]! ^= bits
  return bytes.toString('base64')
}

it('is signed as DSSE says: over its type and its bytes, each with its length', async () => {
  const files = ed25519()
  const { envelope } = await sealed(files)
  const signed = Buffer.concat([Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${payload.length} `), payload])
  const [signature] = envelope.signatures
  expect(
    verify(null, signed, createPublicKey(readFileSync(files.publicKey)), Buffer.from(signature!.sig, 'base64')),
  ).toBe(true)
  expect(envelope.payloadType).toBe('application/vnd.in-toto+json')
})

describe.each([
  ['Ed25519', ed25519],
  ['ECDSA over P-256', p256],
])('an envelope, by %s', (_, make) => {
  it('gives back what was signed', async () => {
    const { envelope, open } = await sealed(make())
    expect(await open(envelope)).toEqual(payload)
  })

  it('does not open with one byte changed, at every place of the payload and of the signature', async () => {
    const { envelope, open } = await sealed(make())
    const [signature] = envelope.signatures
    for (let at = 0; at < payload.length; at++) {
      expect(
        await open({ ...envelope, payload: withByteChanged(envelope.payload, at, 1) }),
        `payload ${at}`,
      ).toMatchObject({ code: 'altered' })
    }
    for (let at = 0; at < Buffer.from(signature!.sig, 'base64').length; at++) {
      expect(
        await open({ ...envelope, signatures: [{ ...signature!, sig: withByteChanged(signature!.sig, at, 1) }] }),
        `signature ${at}`,
      ).toMatchObject({ code: 'altered' })
    }
  })

  it('does not open with one character of its text changed to any other, save where that is the same in the other alphabet', async () => {
    const { envelope, open } = await sealed(make())
    const [signature] = envelope.signatures
    const character = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_ \n')
    const changed = (text: string, at: number, by: string): string => text.slice(0, at) + by + text.slice(at + 1)
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.nat(), character, async (isPayload, place, by) => {
        const text = isPayload ? envelope.payload : signature!.sig
        const other = changed(text, place % text.length, by)
        fc.pre(other !== text && other !== inAlphabetForUrls(text))
        expect(
          await open(
            isPayload ? { ...envelope, payload: other } : { ...envelope, signatures: [{ ...signature!, sig: other }] },
          ),
        ).toMatchObject({ code: 'altered' })
      }),
      { numRuns: propertyRuns(300) },
    )
  })
})

const inAlphabetForUrls = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_')

describe('an envelope does not open', () => {
  it('with another key', async () => {
    const { envelope } = await sealed()
    expect(await openEnvelope(envelope, [await readVerificationKey(ed25519().publicKey)])).toMatchObject({
      code: 'other-key',
    })
    expect(await openEnvelope(envelope, [])).toMatchObject({ code: 'other-key' })
  })

  it('because it names our key', async () => {
    const files = ed25519()
    const own = await readVerificationKey(files.publicKey)
    const { envelope } = await sealed()
    expect(
      await openEnvelope({ ...envelope, signatures: [{ ...envelope.signatures[0]!, keyid: own.id }] }, [own]),
    ).toMatchObject({ code: 'altered' })
  })

  it('as one that is not signed yet', async () => {
    const { envelope, open } = await sealed()
    expect(await open(emptyEnvelope)).toMatchObject({ code: 'unsigned' })
    expect(await open({ ...envelope, signatures: [] })).toMatchObject({ code: 'unsigned' })
  })

  it('under another type, whether that was signed or not', async () => {
    const files = ed25519()
    const [key, own] = [await readSigningKey(files.privateKey), await readVerificationKey(files.publicKey)]
    const { envelope } = await sealed(files)
    expect(await openEnvelope({ ...envelope, payloadType: 'text/plain' }, [own])).toMatchObject({ code: 'altered' })
    const signature = key.sign(Buffer.concat([Buffer.from(`DSSEv1 10 text/plain ${payload.length} `), payload]))
    const other = {
      payloadType: 'text/plain',
      payload: payload.toString('base64'),
      signatures: [{ sig: signature.toString('base64') }],
    }
    expect(await openEnvelope(other, [own])).toMatchObject({ code: 'payload-type' })
  })

  it('by invalid signatures', async () => {
    const { envelope, open } = await sealed()
    for (const sig of ['', 'AA==', 'A', '****', envelope.payload])
      expect(await open({ ...envelope, signatures: [{ sig }] }), sig).toMatchObject({ code: 'altered' })
  })
})

describe('an envelope opens', () => {
  it('by any of its signatures and any of the keys, while keys are changed', async () => {
    const [old, fresh] = [ed25519(), p256()]
    const [{ envelope: first }, { envelope: second }] = [await sealed(old), await sealed(fresh)]
    const both = { ...first, signatures: [...second.signatures, ...first.signatures] }
    for (const keys of [[old], [fresh], [old, fresh], [ed25519(), fresh]]) {
      expect(
        await openEnvelope(both, await Promise.all(keys.map(({ publicKey }) => readVerificationKey(publicKey)))),
      ).toEqual(payload)
    }
  })

  it('whatever it calls the key: that is a hint', async () => {
    const { envelope, open } = await sealed()
    const [{ sig }] = envelope.signatures as [{ sig: string }]
    expect(await open({ ...envelope, signatures: [{ sig }] })).toEqual(payload)
    expect(await open({ ...envelope, signatures: [{ sig, keyid: 'release key' }] })).toEqual(payload)
  })

  it('in the alphabet for URLs as well, as DSSE has it', async () => {
    const { envelope, open } = await sealed()
    expect(
      await open({
        payloadType,
        payload: inAlphabetForUrls(envelope.payload),
        signatures: [{ sig: inAlphabetForUrls(envelope.signatures[0]!.sig) }],
      }),
    ).toEqual(payload)
  })
})
