import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { action } from '../../../src/runbooks/actions/approve.js'
import { approvePlan, type ApproveOptions } from '../../../src/runbooks/approve/approve-plan.js'
import { OutputError, UsageError } from '../../../src/base/errors.js'
import { parseApproval } from '../../../src/runbooks/approve/approval.js'
import { approvedDigest } from '../actions/perform.js'
import { contextOf, performWith } from '../actions/support/step-of-run.js'
import { signersFile, signingKey } from '../actions/support/signing.js'

const root = mkdtempSync(join(tmpdir(), 'preflight-approve-plan-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const me = userInfo()
const hash = 'ab'.repeat(32)
let folder: string
let output: string
beforeEach(() => {
  folder = mkdtempSync(join(root, 'approver-'))
  output = join(folder, 'approval')
})
const approve = (different: Partial<ApproveOptions> = {}) =>
  approvePlan({
    plan: `sha256:${hash}`,
    run: null,
    digest: approvedDigest,
    step: 'how/agreed',
    output,
    key: undefined,
    validFor: 60_000,
    ...different,
  })

/** Carries out the step that the document is for, in a run that alan started. */
function carryOut(input: { signers?: string; signed?: boolean }, uid: number) {
  const alan = { user: 'alan', uid, host: 'here', pid: 1 }
  const step = { path: 'how/agreed', title: 'somebody agrees', effect: 'read', isRepeated: false } as const
  return performWith(
    action,
    { message: 'go', ...input },
    {
      run: { ...contextOf().run, planHash: `sha256:${hash}`, startedBy: alan },
      operator: alan,
      step,
      approvals: [output],
    },
  )
}

describe('a document', () => {
  it('is what the step takes as proof of another user', async () => {
    const { document, file, signature } = await approve()
    expect({ file, signature }).toEqual({ file: output, signature: undefined })
    expect(document).toMatchObject({ plan: `sha256:${hash}`, step: 'how/agreed', by: me.username })
    expect(Date.parse(document.expires) - Date.parse(document.at)).toBe(60_000)
    expect(parseApproval(readFileSync(output, 'utf8'))).toEqual(document)
    expect((await approve({ output: `${output}-2` })).document.id).not.toBe(document.id)
    expect(await carryOut({ signed: true }, me.uid + 1)).toMatchObject({
      approved: true,
      by: me.username,
      proof: 'user',
      expires: document.expires,
    })
  })

  it('can be read by the user who carries out the run, and written by no one else, whatever the umask', async () => {
    for (const [mask, name] of [
      [0o077, 'narrow'],
      [0, 'wide'],
    ] as const) {
      const before = process.umask(mask)
      try {
        await approve({ output: join(folder, name) })
      } finally {
        process.umask(before)
      }
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o644)
    }
  })

  it('never takes the place of another file, nor of what a link leads to', async () => {
    writeFileSync(output, 'mine')
    await expect(approve()).rejects.toMatchObject({ name: 'UsageError', message: `${output} already exists` })
    expect(readFileSync(output, 'utf8')).toBe('mine')
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'))
    await expect(approve({ output: join(folder, 'link') })).rejects.toThrow(UsageError)
    expect(readdirSync(folder).sort()).toEqual(['approval', 'link'])
  })

  it('that cannot be written is an error of output', async () => {
    await expect(approve({ output: join(folder, 'missing', 'approval') })).rejects.toThrow(OutputError)
  })

  it.each(['', '/', 'a b', 'a\nby: root', 'a\0', '../a', 'A', '$(touch pwned)', '\u001B[2J'])(
    'is not made of the step %j',
    async (step) => {
      await expect(approve({ step })).rejects.toMatchObject({
        name: 'UsageError',
        message: 'an approval cannot be written for that step',
      })
      expect(existsSync(output)).toBe(false)
    },
  )
})

describe('a signature', () => {
  it('is what the step takes as proof of its signer', async () => {
    const key = signingKey(root)
    expect(await approve({ key: key.path })).toMatchObject({ signature: `${output}.sig` })
    expect(statSync(`${output}.sig`).mode & 0o777).toBe(0o644)
    expect(await carryOut({ signed: true, signers: signersFile(root, ['grace', key]) }, me.uid)).toMatchObject({
      approved: true,
      by: 'grace',
      proof: 'signature',
    })
  })

  it('of files with names that look like options or commands', async () => {
    const key = signingKey(folder)
    execFileSync('mv', [key.path, join(folder, '-k $(touch pwned)')])
    const named = join(folder, '-f; touch pwned\n')
    expect(await approve({ output: named, key: join(folder, '-k $(touch pwned)') })).toMatchObject({
      file: named,
      signature: `${named}.sig`,
    })
    expect(existsSync(join(folder, 'pwned'))).toBe(false)
  })

  it('that already exists is not written over, and nothing is left', async () => {
    writeFileSync(`${output}.sig`, 'mine')
    await expect(approve({ key: signingKey(root).path })).rejects.toMatchObject({
      name: 'UsageError',
      message: `${output}.sig already exists`,
    })
    expect(readFileSync(`${output}.sig`, 'utf8')).toBe('mine')
    expect(existsSync(output)).toBe(false)
  })

  it.each([
    ['is not there', () => join(folder, 'missing')],
    ['is not a key', () => noKey()],
    ["is anybody's to read", () => openKey()],
  ])('is not made with a key that %s: no document is left', async (_, key) => {
    const path = key()
    await expect(approve({ key: path })).rejects.toMatchObject({
      name: 'UsageError',
      message: `ssh-keygen did not sign with ${path}`,
    })
    expect([output, `${output}.sig`].filter((each) => existsSync(each))).toEqual([])
  })

  function noKey(): string {
    writeFileSync(join(folder, 'key'), 'no key\n', { mode: 0o600 })
    return join(folder, 'key')
  }
  function openKey(): string {
    const { path } = signingKey(root)
    chmodSync(path, 0o644)
    return path
  }
})
