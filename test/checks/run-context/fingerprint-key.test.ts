import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createPrivateKey, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openAttestation } from '../../../src/attestation/attestation.js'
import { makeFingerprintKey, readFingerprintKey } from '../../../src/checks/run-context/fingerprint-key.js'
import { UsageError } from '../../../src/base/errors.js'
import { ed25519, p256 } from '../../attestation/key-files.js'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'preflight-fingerprint-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function written(bytes: Uint8Array, mode = 0o600): string {
  const path = join(folder(), 'key')
  writeFileSync(path, bytes, { mode })
  chmodSync(path, mode)
  return path
}

describe('a fingerprint key', () => {
  it('is made of 32 random bytes, for its owner only, and is never overwritten', async () => {
    const path = join(folder(), 'key')
    const id = await makeFingerprintKey(path)
    expect(statSync(path)).toMatchObject({ size: 32, mode: 0o100600 })
    expect((await readFingerprintKey(path)).id).toBe(id)
    const before = readFileSync(path)
    await expect(makeFingerprintKey(path)).rejects.toThrow(UsageError)
    expect(readFileSync(path)).toEqual(before)
    expect(await makeFingerprintKey(join(folder(), 'key'))).not.toBe(id)
  })

  it.each<[string, () => string, RegExp]>([
    ['that its group may read', () => written(randomBytes(32), 0o640), /is readable by other users/],
    ['that everybody may read', () => written(randomBytes(32), 0o604), /is readable by other users/],
    ['of 31 bytes', () => written(randomBytes(31)), /must have 32 bytes, found 31/],
    [
      'of 33 bytes, as a text with a line break has',
      () => written(Buffer.from(`${'a1b2c3d4'.repeat(4)}\n`)),
      /must have 32 bytes, found 33/,
    ],
    ['of one byte repeated', () => written(Buffer.alloc(32)), /almost entirely of one repeated byte/],
    ['that is a signing key', () => ed25519().privateKey, /a signing key must not also be a fingerprint key/],
    ['that does not exist', () => join(folder(), 'none'), /does not exist/],
    ['that is a folder', folder, /not a regular file/],
  ])('%s is refused', async (_, path, message) => {
    const reading = readFingerprintKey(path())
    await expect(reading).rejects.toThrow(UsageError)
    await expect(reading).rejects.toThrow(message)
  })

  it.each([
    ['Ed25519', ed25519],
    ['ECDSA over P-256', p256],
  ])('made of the number inside a signing key (%s) is refused where that signs', async (_, make) => {
    const { privateKey } = make()
    const number = Buffer.from(createPrivateKey(readFileSync(privateKey)).export({ format: 'jwk' }).d!, 'base64url')
    const options = {
      keyFile: privateKey,
      file: join(folder(), 'a.json'),
      subjects: [`sha256:${'ab'.repeat(32)}`],
      allowDirty: false,
      url: undefined,
      otherFiles: [],
    }
    await expect(openAttestation({ ...options, fingerprintKeyFile: written(number) })).rejects.toThrow(
      /is the signing key/,
    )
    await expect(openAttestation({ ...options, fingerprintKeyFile: written(randomBytes(32)) })).resolves.toBeDefined()
  })
})

describe('a fingerprint', () => {
  it('is of its kind, its name and its value, under its key', async () => {
    const [key, other] = await Promise.all([written(randomBytes(32)), written(randomBytes(32))].map(readFingerprintKey))
    const all = [
      key!.ofVariable('A', 'x'),
      key!.ofVariable('A', 'y'),
      key!.ofVariable('B', 'x'),
      key!.ofVariable('A', ''),
      other!.ofVariable('A', 'x'),
      key!.ofVariable('A","x', ''),
      key!.ofInput('A', 'x', ''),
      key!.ofInput('s', 'A', 'x'),
      key!.ofEnvironment([]),
      key!.ofEnvironment([['A', 'x']]),
      key!.ofEnvironment([
        ['A', 'x'],
        ['B', ''],
      ]),
      key!.ofEnvironment([['A', 'x\u0000B']]),
      other!.ofEnvironment([['A', 'x']]),
    ]
    expect(new Set(all).size).toBe(all.length)
    expect(all.every((text) => /^[0-9a-f]{64}$/.test(text))).toBe(true)
  })

  it('of all variables does not depend on their order', async () => {
    const key = await readFingerprintKey(written(randomBytes(32)))
    expect(
      key.ofEnvironment([
        ['B', '2'],
        ['A', '1'],
      ]),
    ).toBe(
      key.ofEnvironment([
        ['A', '1'],
        ['B', '2'],
      ]),
    )
  })

  it('reveals nothing of the key when it is printed', async () => {
    const bytes = randomBytes(32)
    const key = await readFingerprintKey(written(bytes))
    expect(JSON.stringify(key)).not.toContain(bytes.toString('hex'))
    expect(key.id).toHaveLength(16)
  })
})
