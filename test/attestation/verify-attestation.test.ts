import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { seal } from '../../src/attestation/dsse-envelope.js'
import { readSigningKey } from '../../src/attestation/keys.js'
import { verifyAttestation } from '../../src/attestation/verify-attestation.js'
import { stated, commit, finishedAt } from './statement/documents.js'
import { ed25519, privateFile } from './key-files.js'

const files = ed25519()
const good = JSON.stringify(stated())

/** An attestation over exactly this payload, with a good signature, written as this text. */
async function sealed(
  payload: string | Uint8Array,
  write: (envelope: string) => string | Uint8Array = (text) => text,
): Promise<string> {
  const envelope = await seal(Buffer.from(payload as string), await readSigningKey(files.privateKey))
  const path = privateFile('')
  writeFileSync(path, write(JSON.stringify(envelope)))
  return path
}

const verify = (file: string) =>
  verifyAttestation(file, {
    keyFiles: [files.publicKey],
    maxAge: Date.now() - Date.parse(finishedAt) + 3_600_000,
    profile: 'prod',
    subjects: [],
    commit,
    lockFile: undefined,
    lockDigest: undefined,
    allowPart: false,
    allowDirty: false,
  })

it('the one form is verified', async () => {
  expect(await verify(await sealed(good))).toMatchObject({ refusals: [] })
})

describe('a statement that is signed is refused', () => {
  it.each<[string, string | Uint8Array]>([
    [
      'with a key twice, which two readers would read differently',
      good.replace('"verdict":"go"', '"verdict":"no-go","verdict":"go"'),
    ],
    ['behind a byte order mark', `\uFEFF${good}`],
    ['with text behind it', `${good}${good}`],
    ['in another encoding', Buffer.from(good, 'utf16le')],
    [
      'with bytes that are not UTF-8',
      Buffer.concat([Buffer.from(good.slice(0, -1)), Buffer.of(0xff), Buffer.from('}')]),
    ],
    [
      'with a field that hides in the prototype',
      good.replace('"preflightRun":{', '"preflightRun":{"__proto__":{"onlyFor":"staging"},'),
    ],
  ])('%s', async (_, payload) => {
    expect(await verify(await sealed(payload))).toMatchObject({ statement: null, refusals: [{ code: 'statement' }] })
  })

  it.each<[string, (text: string) => string]>([
    [
      'with an end before its start',
      (text) =>
        text.replace(/"startedAt":"[^"]+"/, `"startedAt":"${new Date(Date.parse(finishedAt) + 1).toISOString()}"`),
    ],
    ['with a check twice', (text) => text.replace('["a/b/c","a/b/d"]', '["a/b/c","a/b/c"]')],
    ['with a check that passed and failed', (text) => text.replace('"failedTests":[]', '"failedTests":["a/b/c"]')],
  ])('%s', async (_, change) => {
    expect(change(good)).not.toBe(good)
    expect(await verify(await sealed(change(good)))).toMatchObject({
      statement: null,
      refusals: [{ code: 'contradiction' }],
    })
  })
})

describe('an envelope is refused', () => {
  it.each<[string, (text: string) => string | Uint8Array]>([
    ['with a payload twice', (text) => text.replace('"payload":', '"payload":"e30=","payload":')],
    ['with a signature twice in one object', (text) => text.replace('"sig":', '"sig":"AA==","sig":')],
    ['behind a byte order mark', (text) => `\uFEFF${text}`],
    ['with text behind it', (text) => `${text}{}`],
    ['with a NUL behind it', (text) => `${text}\0`],
    ['in another encoding', (text) => Buffer.from(text, 'utf16le')],
  ])('%s', async (_, write) => {
    await expect(verify(await sealed(good, write))).rejects.toMatchObject({ exitCode: 3 })
  })

  it.each<[string, RegExp, string]>([
    ['a blank in it', /"sig":"/, '"sig":" '],
    ['a line break in it', /"payload":"(.{8})/, '"payload":"$1\\n'],
    ['no padding', /=+","?/, '","'],
  ])('whose base64 has %s: an encoder writes it otherwise', async (_, found, by) => {
    // Of a length that needs padding.
    const payload = Buffer.from(good.padEnd(Math.ceil(good.length / 3) * 3 + 1))
    const file = await sealed(payload, (text) => {
      expect(text.replace(found, by)).not.toBe(text)
      return text.replace(found, by)
    })
    expect(await verify(file)).toMatchObject({ statement: null, refusals: [{ code: 'altered' }] })
  })
})
