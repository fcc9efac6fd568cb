import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { chmodSync, readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readSigningKey, readVerificationKey } from '../../src/attestation/keys.js'
import { UsageError } from '../../src/base/errors.js'
import { ed25519, p256, privateFile, written } from './key-files.js'

const text = Buffer.from('what is signed')

describe.each([
  ['Ed25519', ed25519],
  ['ECDSA over P-256', p256],
])('%s', (_, make) => {
  it('signs what its public half verifies, and nothing else', async () => {
    const files = make()
    const [signer, verifier, stranger] = [
      await readSigningKey(files.privateKey),
      await readVerificationKey(files.publicKey),
      await readVerificationKey(make().publicKey),
    ]
    const signature = signer.sign(text)
    expect([
      verifier.verify(text, signature),
      verifier.verify(Buffer.from('what is signeD'), signature),
      stranger.verify(text, signature),
    ]).toEqual([true, false, false])
  })

  it('is known by the sha256 of its public half as SPKI in DER', async () => {
    const files = make()
    const der = createPublicKey(readFileSync(files.publicKey)).export({ type: 'spki', format: 'der' })
    const id = createHash('sha256').update(der).digest('hex')
    expect([(await readSigningKey(files.privateKey)).id, (await readVerificationKey(files.publicKey)).id]).toEqual([
      id,
      id,
    ])
  })

  it('shows nothing of itself', async () => {
    const files = make()
    const shown = inspect(await readSigningKey(files.privateKey), { depth: 5, showHidden: true })
    expect(shown).not.toMatch(/KeyObject|PRIVATE/)
  })
})

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const spki = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()

describe('no signing key is', () => {
  it.each<[string, string, RegExp]>([
    ['an RSA key', written(rsa).privateKey, /rsa of 2048 bits\): use Ed25519 or ECDSA over P-256/],
    [
      'a key over another curve',
      written(generateKeyPairSync('ec', { namedCurve: 'secp384r1' })).privateKey,
      /ec over secp384r1/,
    ],
    ['a key for agreements', written(generateKeyPairSync('x25519')).privateKey, /\(x25519\)/],
    [
      'one with a passphrase',
      privateFile(
        pair.privateKey
          .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
          .toString(),
      ),
      /protected by a passphrase/,
    ],
    [
      'one with a passphrase of the old form',
      privateFile(
        pair.privateKey
          .export({ type: 'sec1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
          .toString(),
      ),
      /protected by a passphrase/,
    ],
    [
      'one of another form',
      privateFile(pair.privateKey.export({ type: 'sec1', format: 'pem' }).toString()),
      /as PKCS#8 \(it holds an EC PRIVATE KEY\)/,
    ],
    ['a public key', privateFile(spki), /public key, which cannot sign/],
    ['a damaged one', privateFile(pkcs8.replace(/\n.{20}/, '\n')), /is damaged/],
    ['a half one', privateFile(pkcs8.slice(0, 60)), /is damaged/],
    ['something else', privateFile('hello'), /not a private key in PEM/],
    ['nothing', privateFile(''), /not a private key in PEM/],
    ['a file that is too long', privateFile(pkcs8 + ' '.repeat(70_000)), /longer than/],
    ['a folder', '/', /not a regular file/],
    ['a device', '/dev/null', /not a regular file/],
    ['a file that does not exist', '/nowhere/key.pem', /does not exist/],
  ])('%s', async (_, file, message) => {
    const reading = readSigningKey(file)
    await expect(reading).rejects.toThrow(UsageError)
    await expect(reading).rejects.toThrow(message)
  })

  it.each([0o640, 0o604, 0o620, 0o602])('one that others may read or write: %o', async (mode) => {
    const file = privateFile(pkcs8)
    chmodSync(file, mode)
    await expect(readSigningKey(file)).rejects.toThrow(/is readable by other users/)
  })
})

describe('no verification key is', () => {
  it.each<[string, string, RegExp]>([
    ['the private key', privateFile(pkcs8), /is a private key/],
    ['an RSA key', written(rsa).publicKey, /rsa of 2048 bits/],
    ['a certificate', privateFile(spki.replaceAll('PUBLIC KEY', 'CERTIFICATE')), /holds a CERTIFICATE/],
    ['a damaged one', privateFile(spki.replace(/\n.{20}/, '\n')), /is damaged/],
    ['something else', privateFile('hello'), /not a public key/],
  ])('%s', async (_, file, message) => {
    const reading = readVerificationKey(file)
    await expect(reading).rejects.toThrow(UsageError)
    await expect(reading).rejects.toThrow(message)
  })
})
