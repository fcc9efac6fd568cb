import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { verifyWaiverSignature } from '../../../src/checks/waivers/waiver-signature.js'
import type { WaiverFile } from '../../../src/checks/waivers/waiver-file.js'
import { DefinitionsError } from '../../../src/base/errors.js'
import { sign, signersFile, signingKey, type SigningKey } from '../../runbooks/actions/support/signing.js'

const root = mkdtempSync(join(tmpdir(), 'preflight-waivers-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const [grace, stranger] = [signingKey(root), signingKey(root)]
const text = 'waivers: []\n'
const never = new AbortController().signal

/** A waiver file that this key signed, with a signers file that allows grace. */
function signed(
  key: SigningKey | undefined,
  { namespace = 'preflight-waivers', options }: { readonly namespace?: string; readonly options?: string } = {},
): WaiverFile {
  const path = join(mkdtempSync(join(root, 'file-')), 'waivers.yaml')
  writeFileSync(path, text)
  if (key !== undefined) sign(path, key, namespace)
  return {
    path,
    label: 'waivers.yaml',
    isNamed: false,
    signers: signersFile(
      root,
      options === undefined ? ['grace@example.org', grace] : ['grace@example.org', grace, options],
    ),
  }
}

const verify = (file: WaiverFile, document = text) => verifyWaiverSignature(file, Buffer.from(document), never)

async function refusalOf(file: WaiverFile, document?: string): Promise<string> {
  const error = await verify(file, document).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(DefinitionsError)
  const { exitCode, diagnostics } = error as DefinitionsError
  expect([exitCode, diagnostics.length, diagnostics[0]?.position]).toEqual([
    3,
    1,
    { file: 'waivers.yaml', line: 1, column: 1 },
  ])
  return `${diagnostics[0]?.code}: ${diagnostics[0]?.message}`
}

describe('a signature of a waiver file', () => {
  it('says who signed it', async () => {
    expect(await verify(signed(grace))).toMatchObject({
      kind: 'good',
      principals: ['grace@example.org'],
      key: expect.stringMatching(/^SHA256:/) as string,
    })
  })

  it('is not looked at where none is demanded', async () => {
    expect(await verify({ ...signed(stranger), signers: undefined }, 'something else')).toBeUndefined()
  })

  it('is over every byte', async () => {
    const file = signed(grace)
    for (const document of [
      '',
      text.slice(0, -1),
      `${text}\n`,
      text.replace('\n', '\r\n'),
      `\uFEFF${text}`,
      text.replace('[', ' ['),
    ]) {
      expect(await refusalOf(file, document)).toMatch(/^altered: the waivers changed after they were signed/)
    }
  })

  it.each([
    ['missing', () => signed(undefined), /^unsigned: the waivers are not signed: waivers\.yaml\.sig not found$/],
    [
      'a stranger’s',
      () => signed(stranger),
      /^unknown-signer: the waivers are not signed by a signer that .*signers allows/,
    ],
    ['for another purpose', () => signed(grace, { namespace: 'preflight-approval' }), /^altered: .*namespace/],
    [
      'of a key that has expired',
      () => signed(grace, { options: 'valid-before="20200101"' }),
      /^expired-key: .*key has expired: verify time/,
    ],
    [
      'of a key that is not yet valid',
      () => signed(grace, { options: 'valid-after="20900101"' }),
      /^expired-key: .*key is not yet valid/,
    ],
    [
      'of a key for other purposes',
      () => signed(grace, { options: 'namespaces="file"' }),
      /^unknown-signer: .*not permitted for use in signature namespace/,
    ],
    ['none', () => withSignature('garbage\n'), /^signature-unreadable: waivers\.yaml\.sig is not an OpenSSH signature/],
    ['empty', () => withSignature(''), /^signature-unreadable: /],
    ['another file’s', () => swapped(), /^altered: /],
    [
      'of anyone who matches a pattern',
      () => ofPattern(),
      /^signer-unnamed: .*only the pattern \*@example\.org, not a signer$/,
    ],
    [
      'judged by signers who are nowhere',
      () => ({ ...signed(grace), signers: join(root, 'none') }),
      /^signers-unreadable: the signers file .*none cannot be read \(ENOENT\)/,
    ],
    ['judged by an empty list', () => ({ ...signed(grace), signers: signersFile(root) }), /^unknown-signer: /],
  ] as const)('is refused when it is %s', async (_, file, message) => {
    expect(await refusalOf(file())).toMatch(message)
  })

  it('is not known without the program that knows', async () => {
    const before = process.env['PATH']
    process.env['PATH'] = join(root, 'nowhere')
    try {
      expect(await refusalOf(signedBefore)).toMatch(/^signature-unverified: the signature could not be verified/)
    } finally {
      process.env['PATH'] = before
    }
  })

  it('ends with the run', async () => {
    const reason = new Error('interrupted')
    await expect(verifyWaiverSignature(signed(grace), Buffer.from(text), AbortSignal.abort(reason))).rejects.toBe(
      reason,
    )
  })
})

const signedBefore = signed(grace)

function withSignature(content: string): WaiverFile {
  const file = signed(undefined)
  writeFileSync(`${file.path}.sig`, content)
  return file
}

function swapped(): WaiverFile {
  const [file, other] = [signed(undefined), signed(undefined)]
  appendFileSync(other.path, '# another\n')
  sign(other.path, grace, 'preflight-waivers')
  renameSync(`${other.path}.sig`, `${file.path}.sig`)
  return file
}

function ofPattern(): WaiverFile {
  return { ...signed(grace), signers: signersFile(root, ['*@example.org', grace]) }
}
