import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, chownSync, linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { action } from '../../../src/runbooks/actions/approve.js'
import { SilenceError } from '../../../src/base/errors.js'
import { formatApproval, type ApprovalDocument } from '../../../src/runbooks/approve/approval.js'
import { UnansweredError } from '../../../src/engine/person.js'
import { NotPerformedError, type ActionContext } from '../../../src/runbooks/definition/step-kind.js'
import { approvedDigest, noEnvironment } from './perform.js'
import { contextOf, performWith } from './support/step-of-run.js'
import { scriptedPerson } from './support/scripted-person.js'
import { sign, signersFile, signingKey, type SigningKey } from './support/signing.js'

const root = mkdtempSync(join(tmpdir(), 'preflight-approve-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const me = userInfo()
const isRoot = me.uid === 0
const planHash = `sha256:${'ab'.repeat(32)}`
const hour = 3_600_000

const runId = '20261121T042400Z-agreement-3f9a1c'

/**
 * A run that alan started: another user than the one of this process, or the same; as a rule one who cannot change
 * owners.
 */
function runOf(uid = me.uid + 1, canChangeOwners = false): Partial<ActionContext> {
  const alan = { user: 'alan', uid, host: 'here', pid: 1, canChangeOwners }
  return {
    run: { ...contextOf().run, id: runId, planHash, startedBy: alan },
    operator: alan,
    step: { path: 'how/agreed', title: 'somebody agrees', effect: 'read', isRepeated: false },
  }
}
const ownRun = (): Partial<ActionContext> => runOf(me.uid, true)

/** The path of a document, as its approver would have written it. */
function document(
  different: Partial<ApprovalDocument> = {},
  change: (text: string) => string = (text) => text,
): string {
  const path = join(mkdtempSync(join(root, 'document-')), 'approval')
  const now = Date.now()
  const made = {
    id: randomBytes(16).toString('hex'),
    plan: planHash,
    run: null,
    digest: approvedDigest,
    step: 'how/agreed',
    by: me.username,
    at: new Date(now).toISOString(),
    expires: new Date(now + hour).toISOString(),
    ...different,
  }
  writeFileSync(path, change(formatApproval(made)), { mode: 0o644 })
  return path
}

type Input = z.input<typeof action.input>
const approve = (
  approvals: readonly string[],
  input: Partial<Input> = {},
  context = runOf(),
  person = scriptedPerson(),
) => performWith(action, { message: 'go', ...input }, { ...context, approvals, person })
const refusal = (reason: string | RegExp) =>
  reason instanceof RegExp
    ? reason
    : new RegExp(`^no approval is valid: .*: ${reason.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)

describe('a document of another operating-system user', () => {
  it('is proof', async () => {
    expect(await approve([document()], { signed: true })).toMatchObject({
      approved: true,
      by: me.username,
      proof: 'user',
      principal: '',
      key: '',
    })
  })

  it('lasts as long as it says and the step allows, whichever is less', async () => {
    const at = new Date(Date.now() - hour).toISOString()
    const expires = new Date(Date.now() + 1000 * hour).toISOString()
    const facts = await approve([document({ at, expires })], { expires: '2h' })
    expect(Date.parse(facts.expires) - Date.parse(at)).toBe(2 * hour)
    await expect(approve([document({ at, expires })], { expires: '30m' })).rejects.toThrow(refusal('it expired at'))
  })

  it.each([
    ['another plan', { plan: `sha256:${'cd'.repeat(32)}` }, 'it approves another plan'],
    [
      'an expired one',
      { at: '2026-01-01T00:00:00.000Z', expires: '2026-01-01T01:00:00.000Z' },
      'it expired at 2026-01-01T01:00:00.000Z',
    ],
    [
      'one of tomorrow',
      { at: new Date(Date.now() + 24 * hour).toISOString(), expires: new Date(Date.now() + 25 * hour).toISOString() },
      'it is dated in the future',
    ],
    ['another name than the owner', { by: 'grace' }, `it says that grace made it, but it belongs to ${me.username}`],
  ])('is refused: %s', async (_, different, reason) => {
    await expect(approve([document(different)])).rejects.toThrow(refusal(reason))
    await expect(approve([document(different)])).rejects.toThrow(NotPerformedError)
  })

  it('may be a little ahead of our clock', async () => {
    const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()
    expect(await approve([document({ at: at(4), expires: at(60) })])).toMatchObject({ approved: true })
    await expect(approve([document({ at: at(7), expires: at(60) })])).rejects.toThrow(
      refusal('it is dated in the future'),
    )
  })

  it('is not that of who started the run, nor of who continues it', async () => {
    await expect(approve([document()], {}, ownRun())).rejects.toThrow(
      refusal('its file belongs to the user who started the run, and it has no signature file beside it'),
    )
    const resumed = { ...runOf(), operator: { user: 'else', uid: me.uid, host: 'here', pid: 1 } }
    await expect(approve([document()], {}, resumed)).rejects.toThrow(
      refusal('its file belongs to the user who performs the run'),
    )
    const sameName = { ...runOf(), operator: { user: me.username.toUpperCase(), uid: 999_999, host: 'here', pid: 1 } }
    await expect(approve([document()], {}, sameName)).rejects.toThrow(/the approver must be neither/)
  })

  it('is not one that others could have written', async () => {
    const path = document()
    for (const mode of [0o664, 0o646, 0o666]) {
      chmodSync(path, mode)
      await expect(approve([path])).rejects.toThrow(refusal('users other than its owner can write to it'))
    }
    chmodSync(path, 0o644)
    expect(await approve([path])).toMatchObject({ approved: true })
  })

  it('is not a link, a pipe, a folder or anything else', async () => {
    const there = document()
    symlinkSync(there, `${there}-link`)
    execFileSync('mkfifo', [`${there}-pipe`])
    await expect(approve([`${there}-link`])).rejects.toThrow(refusal('it is a symbolic link'))
    await expect(approve([`${there}-pipe`])).rejects.toThrow(refusal('it is not a regular file'))
    await expect(approve([root])).rejects.toThrow(/it is not a regular file|EISDIR/)
    await expect(approve([`${there}-missing`])).rejects.toThrow(refusal('it does not exist'))
    await expect(approve(['/dev/zero'])).rejects.toThrow(refusal('it is not a regular file'))
    await expect(approve(['a\0b'])).rejects.toThrow(/^no approval is valid: /)
    const large = document()
    writeFileSync(large, 'x'.repeat(70_000))
    await expect(approve([large])).rejects.toThrow(refusal('it is too large'))
    const binary = document()
    writeFileSync(binary, Buffer.from([0xff, 0xfe, 0]))
    await expect(approve([binary])).rejects.toThrow(refusal('it is not text'))
    await expect(approve([document({}, (text) => text.toUpperCase())])).rejects.toThrow(
      refusal('it does not have the form of an approval by'),
    )
    await expect(approve([document({}, (text) => `\uFEFF${text}`)])).rejects.toThrow(
      refusal('it does not have the form of an approval by'),
    )
  })

  it('is a claim where the person who started or carries out the run can change owners', async () => {
    const able = { user: 'ada', uid: me.uid + 2, host: 'here', pid: 1, canChangeOwners: true }
    const { run, operator } = runOf() as Pick<ActionContext, 'run' | 'operator'>
    const before = { ...able, uid: 0, canChangeOwners: undefined }
    for (const [context, who] of [
      [runOf(me.uid + 1, true), 'alan, who started the run'],
      [{ ...runOf(), operator: able }, 'ada, who performs the run'],
      [{ ...runOf(), run: { ...run, startedBy: able }, operator }, 'ada, who started the run'],
      // A journal of before does not say it of root.
      ...(isRoot ? [] : [[{ ...runOf(), run: { ...run, startedBy: before } }, 'ada, who started the run'] as const]),
    ] as const) {
      expect(await approve([document()], {}, context), who).toMatchObject({
        approved: true,
        by: me.username,
        proof: 'claim',
        key: '',
      })
      await expect(approve([document()], { signed: true }, context)).rejects.toThrow(
        refusal(
          `its owner proves nothing: ${who}, can change the owners of files (as root, by a capability, or in a user namespace); a signature is required`,
        ),
      )
    }
  })

  it('by another name than the step allows', async () => {
    await expect(approve([document()], { by: ['grace'] })).rejects.toThrow(
      refusal(`${me.username} may not approve this`),
    )
    expect(await approve([document()], { by: ['grace', me.username] })).toMatchObject({ approved: true })
  })

  it('among others is enough, and those for other steps are not in the way', async () => {
    expect(await approve([document({ step: 'other' }), `${root}/missing`, document()])).toMatchObject({
      approved: true,
    })
    const other = document({ step: 'other' })
    await expect(approve([other], { signed: true })).rejects.toMatchObject({
      name: 'UnansweredError',
      message: `an approval with proof is required, but none was given; ${other} approves another step, other`,
    })
    await expect(approve([other])).rejects.toMatchObject({
      name: 'UnansweredError',
      message: `nobody is there any more; ${other} approves another step, other`,
    })
  })

  describe.skipIf(!isRoot)('as root, who can give files to others', () => {
    it('is proof of a user by their name in the user database', async () => {
      const path = document({ by: 'nobody' })
      chownSync(path, 65_534, 65_534)
      expect(await approve([path], {}, runOf(me.uid + 1))).toMatchObject({ by: 'nobody', proof: 'user' })
      linkSync(path, `${path}-hard`)
      expect(await approve([`${path}-hard`], {}, runOf(me.uid + 1))).toMatchObject({ by: 'nobody' })
    })

    it('is not proof in the run of root, who can have made it', async () => {
      const path = document({ by: 'nobody' })
      chownSync(path, 65_534, 65_534)
      expect(await approve([path], {}, ownRun())).toMatchObject({ by: 'nobody', proof: 'claim' })
      await expect(approve([path], { signed: true }, ownRun())).rejects.toThrow(
        refusal('its owner proves nothing: alan, who started the run, can change the owners of files'),
      )
    })

    it('is none of a user without a name', async () => {
      const path = document({ by: '4242424' })
      chownSync(path, 4_242_424, 4_242_424)
      await expect(approve([path])).rejects.toThrow(
        refusal('it says that 4242424 made it, but it belongs to user 4242424, who has no name here'),
      )
    })
  })
})

describe('a document counts', () => {
  it('for its run, for what it approves, and for no other', async () => {
    expect(await approve([document({ run: runId })])).toMatchObject({ approved: true, digest: approvedDigest })
    const other = '20261121T042400Z-agreement-000000'
    await expect(approve([document({ run: other })])).rejects.toThrow(
      refusal(`it is for the run ${other}; this is ${runId}`),
    )
    const digest = `sha256:${'12'.repeat(32)}`
    await expect(approve([document({ digest })])).rejects.toThrow(
      refusal(`the approved content has changed: it is for ${digest}, and the step now has ${approvedDigest}`),
    )
  })

  it('once: its use is remembered before it counts, and by its bytes', async () => {
    const uses: unknown[] = []
    const approval = (answer: string | undefined) => ({
      digest: () => Promise.resolve(approvedDigest),
      use: (used: unknown) => Promise.resolve((uses.push(used), answer)),
    })
    const [refused, path] = [document({ run: '20261121T042400Z-agreement-000000' }), document({ id: '0b'.repeat(16) })]
    const facts = await approve([refused, path], {}, { ...runOf(), approval: approval(undefined) })
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
    expect(facts).toMatchObject({ approved: true, id: '0b'.repeat(16), document: sha256 })
    expect(uses).toEqual([{ id: '0b'.repeat(16), sha256, expires: facts.expires }])
    await expect(approve([path], {}, { ...runOf(), approval: approval('it was already used') })).rejects.toThrow(
      refusal('it was already used'),
    )
  })

  it('of the version before never', async () => {
    const before = `preflight-approval v1\nplan: ${planHash}\nstep: how/agreed\nby: ${me.username}\nat: 2026-01-01T00:00:00.000Z\nexpires: 2026-01-01T01:00:00.000Z\n`
    await expect(approve([document({}, () => before)])).rejects.toThrow(
      refusal('it was made by an earlier version of preflight and does not contain what it approves: make a new one'),
    )
  })
})

type SignersLines = Parameters<typeof signersFile> extends [string, ...infer Lines] ? Lines : never

describe('a signature', () => {
  let grace: SigningKey
  let alan: SigningKey
  let stranger: SigningKey
  let signers: string
  beforeAll(() => {
    ;[grace, alan, stranger] = [signingKey(root), signingKey(root), signingKey(root)]
    signers = signersFile(root, ['grace@example.org', grace], ['alan', alan])
  })

  function signed(key: SigningKey, different: Partial<ApprovalDocument> = {}, namespace?: string): string {
    const path = document(different)
    sign(path, key, namespace)
    return path
  }

  it('is proof, whoever the file belongs to and whoever can write it', async () => {
    const path = signed(grace)
    chmodSync(path, 0o666)
    const fingerprint = execFileSync('ssh-keygen', ['-l', '-f', `${grace.path}.pub`], { encoding: 'utf8' }).split(
      ' ',
    )[1]
    for (const context of [ownRun(), runOf()]) {
      expect(await approve([path], { signers, signed: true }, context)).toMatchObject({
        approved: true,
        by: 'grace@example.org',
        proof: 'signature',
        principal: 'grace@example.org',
        key: fingerprint,
      })
    }
  })

  it('of a name that the step allows, and of no other', async () => {
    expect(await approve([signed(grace)], { signers, by: ['grace@example.org'] }, ownRun())).toMatchObject({
      approved: true,
    })
    await expect(approve([signed(grace)], { signers, by: ['grace'] }, ownRun())).rejects.toThrow(
      refusal('grace@example.org may not approve this'),
    )
  })

  it.each([
    ['a changed byte', () => changed(signed(grace)), 'its signature does not match this text'],
    [
      'the signature of another text',
      () => swapped(signed(grace), signed(grace, { step: 'other' })),
      'its signature does not match this text',
    ],
    ['one for another purpose', () => signed(grace, {}, 'file'), 'its signature does not match this text'],
    ["a stranger's key", () => signed(stranger), 'its signature is not by a signer that the signers file allows'],
    [
      'no signature at all',
      () => withSignature(signed(grace), 'x'),
      'its signature is not by a signer that the signers file allows',
    ],
    [
      'an empty one',
      () => withSignature(signed(grace), ''),
      'its signature is not by a signer that the signers file allows',
    ],
    ["the starter's own", () => signed(alan), 'it is signed by alan, who may not approve this run'],
    [
      "the starter's own, over another's name",
      () => signed(alan, { by: 'grace' }),
      'it is signed by alan, who may not approve this run',
    ],
    [
      'an expired document',
      () => signed(grace, { at: '2026-01-01T00:00:00.000Z', expires: '2026-01-01T01:00:00.000Z' }),
      'it expired at',
    ],
    ['another plan', () => signed(grace, { plan: `sha256:${'cd'.repeat(32)}` }), 'it approves another plan'],
    ['a link for a signature', () => linked(signed(grace)), 'its signature cannot be used: it is a symbolic link'],
  ])('is refused: %s', async (_, path, reason) => {
    await expect(approve([path()], { signers }, ownRun())).rejects.toThrow(refusal(reason))
    // Not even where the owner of the file would be proof.
    await expect(approve([path()], { signers })).rejects.toThrow(refusal(reason))
  })

  it("is not the starter's by another of their names", async () => {
    for (const holders of ['bob,alan', 'alan,bob', 'alan@example.org', 'Alan@example.org', 'ALAN']) {
      await expect(
        approve([signed(alan)], { signers: signersFile(root, [holders, alan]) }, ownRun()),
        holders,
      ).rejects.toThrow(/is signed by alan|one key is one person/)
    }
    const twice = signersFile(root, ['bob', alan], ['alan', alan])
    await expect(approve([signed(alan)], { signers: twice }, ownRun())).rejects.toThrow(refusal('it is signed by alan'))
  })

  describe('and a signers file by which one person has several names', () => {
    const refused = 'one key is one person'

    it.each([
      [
        'one key under two names, of which one has a domain',
        (): SignersLines => [
          ['alice-admin', alan],
          ['alan@example.org', alan],
        ],
      ],
      [
        'the same, the other way round',
        (): SignersLines => [
          ['alan@example.org', alan],
          ['alice-admin', alan],
        ],
      ],
      ['one key for two names of a list', (): SignersLines => [['alice-admin,Alan@example.org', alan]]],
      [
        'one key for a name and a pattern',
        (): SignersLines => [
          ['alice-admin', alan],
          ['al*@example.org', alan],
        ],
      ],
      [
        'the key of an alias, listed for the alias alone',
        (): SignersLines => [
          ['alan,ops', grace],
          ['ops', alan],
        ],
      ],
      [
        'the key of an alias of an alias',
        (): SignersLines => [
          ['alan@example.org,ops', grace],
          ['ops,deploy', stranger],
          ['deploy', alan],
        ],
      ],
      [
        'one key, of which a line is no longer valid',
        (): SignersLines => [
          ['alice-admin', alan],
          ['alan@example.org', alan, 'valid-before="20200101"'],
        ],
      ],
      [
        'one key, of which a line is for another purpose',
        (): SignersLines => [
          ['alice-admin', alan],
          ['alan@example.org', alan, 'namespaces="git, file"'],
        ],
      ],
    ])('is none of the starter: %s', async (_, lines) => {
      const path = signersFile(root, ...lines())
      await expect(approve([signed(alan)], { signers: path }, ownRun())).rejects.toThrow(refused)
      const resumed = {
        ...runOf(),
        run: { ...runOf().run!, startedBy: { user: 'eve', uid: 4711, host: 'here', pid: 1 } },
      }
      await expect(approve([signed(alan)], { signers: path }, resumed)).rejects.toThrow('alan, who performs the run')
    })

    it('is none of the starter by a certificate for another of their names, or for a key of theirs', async () => {
      const authority = signingKey(root)
      const certified = (holders: string, key: SigningKey): string => {
        execFileSync('ssh-keygen', ['-q', '-s', authority.path, '-I', 'test', '-n', holders, `${key.path}.pub`])
        const path = document()
        execFileSync('ssh-keygen', ['-Y', 'sign', '-n', 'preflight-approval', '-f', `${key.path}-cert.pub`, path], {
          stdio: 'ignore',
        })
        return path
      }
      const path = signersFile(root, ['bob,*@example.org', authority, 'cert-authority'], ['alan', alan])
      expect(await approve([certified('bob', stranger)], { signers: path }, ownRun())).toMatchObject({
        by: 'bob',
        keysCompared: true,
      })
      await expect(approve([certified('bob,alan@example.org', stranger)], { signers: path }, ownRun())).rejects.toThrow(
        'must be neither alan',
      )
      await expect(approve([certified('bob', alan)], { signers: path }, ownRun())).rejects.toThrow(refused)
    })

    it('is another person where no key is shared', async () => {
      for (const lines of [
        [
          ['grace', grace],
          ['alan', alan],
        ],
        [
          ['grace', grace],
          ['*@example.org,!alan@example.org', stranger],
        ],
        [
          ['grace', grace],
          ['alan', stranger, 'cert-authority'],
          ['grace', stranger, 'cert-authority'],
        ],
        [
          ['grace', grace],
          ['allan', alan],
        ],
      ] as readonly SignersLines[]) {
        expect(await approve([signed(grace)], { signers: signersFile(root, ...lines) }, ownRun())).toMatchObject({
          by: 'grace',
        })
      }
    })

    it('says whether the keys could be compared', async () => {
      expect(await approve([signed(grace)], { signers }, ownRun())).toMatchObject({ keysCompared: true })
      expect(await approve([signed(grace)], { signers: signersFile(root, ['grace', grace]) }, ownRun())).toMatchObject({
        keysCompared: false,
      })
      const resumed = { ...runOf(), operator: { user: 'deploy-bot', uid: 4711, host: 'here', pid: 1 } }
      expect(await approve([signed(grace)], { signers }, resumed)).toMatchObject({ keysCompared: false })
    })

    it('refuses the names of the starter at the terminal and of an owner as well', async () => {
      const path = signersFile(root, ['alan@example.org', alan], ['alice-admin', alan], [me.username, alan])
      await expect(
        approve([], { signers: path }, runOf(), scriptedPerson('alice-admin', 'ab'.repeat(6))),
      ).rejects.toThrow(
        'the signers file lists one key for alice-admin and for alan, who started the run: one key is one person',
      )
      await expect(approve([document()], { signers: path })).rejects.toThrow(refused)
    })

    it('cannot be judged by a file with a line that cannot be read', async () => {
      const path = signersFile(root, ['grace', grace])
      writeFileSync(path, `# people\n\n${readFileSync(path, 'utf8')}alan nonsense\n`)
      await expect(approve([signed(grace)], { signers: path }, ownRun())).rejects.toThrow(
        new NotPerformedError(
          `the signers file ${path} cannot be used: its line 4 is not an entry of an allowed signers file`,
        ),
      )
    })
  })

  it('names the one of several holders that the step allows', async () => {
    const path = signersFile(root, ['ops,grace', grace])
    expect(await approve([signed(grace)], { signers: path, by: ['grace'] }, ownRun())).toMatchObject({ by: 'grace' })
    expect(await approve([signed(grace)], { signers: path }, ownRun())).toMatchObject({ by: 'ops' })
  })

  it('of a holder who is only a pattern is of no one', async () => {
    for (const holders of ['*', '*@example.org', 'grace?']) {
      await expect(
        approve([signed(grace)], { signers: signersFile(root, [holders, grace]) }, ownRun()),
        holders,
      ).rejects.toThrow(/pattern for the owner|by a signer that the signers file allows/)
    }
  })

  it('keeps to the options of the signers file', async () => {
    const options = (option: string) => signersFile(root, ['grace', grace, option])
    expect(
      await approve([signed(grace)], { signers: options('namespaces="preflight-approval"') }, ownRun()),
    ).toMatchObject({ approved: true })
    await expect(approve([signed(grace)], { signers: options('namespaces="git"') }, ownRun())).rejects.toThrow(
      /^no approval is valid/,
    )
    await expect(approve([signed(grace)], { signers: options('valid-before="20200101"') }, ownRun())).rejects.toThrow(
      /^no approval is valid/,
    )
  })

  it('is not looked at where the step names no signers', async () => {
    await expect(approve([signed(grace)], {}, ownRun())).rejects.toThrow(
      refusal('its file belongs to the user who started the run, and the step names no signers file'),
    )
    expect(await approve([signed(grace)], {})).toMatchObject({ proof: 'user' })
  })

  it('cannot be judged without a usable signers file', async () => {
    symlinkSync(signers, `${signers}-link`)
    await expect(approve([signed(grace)], { signers: `${root}/missing` }, ownRun())).rejects.toThrow(
      new NotPerformedError(`the signers file ${root}/missing cannot be used: it does not exist`),
    )
    await expect(approve([signed(grace)], { signers: `${signers}-link` }, ownRun())).rejects.toThrow(NotPerformedError)
  })

  it('cannot be judged without ssh-keygen', async () => {
    const path = signed(grace)
    const before = process.env['PATH']
    process.env['PATH'] = root
    try {
      await expect(approve([path], { signers }, ownRun())).rejects.toThrow(
        /^an approval could not be examined: .*ENOENT/,
      )
      await expect(approve([path], { signers }, ownRun())).rejects.toThrow(NotPerformedError)
    } finally {
      process.env['PATH'] = before
    }
  })

  it('is not judged after the signal', async () => {
    await expect(approve([signed(grace)], { signers }, { ...ownRun(), signal: AbortSignal.abort() })).rejects.toThrow(
      SilenceError,
    )
  })

  function changed(path: string): string {
    const at = new Date(Date.now() - 60_000).toISOString()
    writeFileSync(
      path,
      formatApproval({
        id: 'ab'.repeat(16),
        plan: planHash,
        run: null,
        digest: approvedDigest,
        step: 'how/agreed',
        by: me.username,
        at,
        expires: new Date(Date.now() + hour).toISOString(),
      }),
    )
    return path
  }
  function swapped(path: string, other: string): string {
    execFileSync('cp', [`${other}.sig`, `${path}.sig`])
    return path
  }
  function withSignature(path: string, text: string): string {
    writeFileSync(`${path}.sig`, text)
    return path
  }
  function linked(path: string): string {
    execFileSync('mv', [`${path}.sig`, `${path}-elsewhere`])
    symlinkSync(`${path}-elsewhere`, `${path}.sig`)
    return path
  }
})

describe('a claim at the terminal', () => {
  const start = 'ab'.repeat(6)

  it('is recorded as no more than that', async () => {
    const person = scriptedPerson(' grace ', start)
    expect(await approve([], {}, runOf(), person)).toEqual({
      approved: true,
      by: 'grace',
      proof: 'claim',
      principal: '',
      key: '',
      keysCompared: false,
      expires: '',
      digest: approvedDigest,
      id: '',
      document: '',
    })
    expect(person.asked).toEqual([
      'line: name of the approver',
      `type ${start}: type the first 12 characters of the plan's hash (${start}) to approve`,
    ])
    expect(person.explained[0]).toContain('recorded as a claim')
  })

  it.each(['', 'yes', 'done', start.slice(0, 11), `${start}a`, start.toUpperCase(), ` ${start}`, `${start}\0`])(
    '%j instead of the hash approves nothing',
    async (typed) => {
      expect(await approve([], {}, runOf(), scriptedPerson('grace', typed))).toMatchObject({ approved: false })
    },
  )

  it.each(['alan', 'ALAN', ' alan ', 'alan@example.org'])('is not made by the starter as %j', async (name) => {
    await expect(approve([], {}, runOf(), scriptedPerson(name, start))).rejects.toThrow(
      /^the approver must be neither alan/,
    )
  })

  it.each(['grace hopper', 'gr\u001B[2Jace', 'gra\nce', 'grace\0', 'gr\u202Eace', 'x'.repeat(65)])(
    'is made by no one named %j',
    async (name) => {
      await expect(approve([], {}, runOf(), scriptedPerson(name, start))).rejects.toThrow(
        new NotPerformedError('the input is not a user name'),
      )
    },
  )

  it('is made by those the step allows', async () => {
    await expect(approve([], { by: ['grace'] }, runOf(), scriptedPerson('ada', start))).rejects.toThrow(
      new NotPerformedError('ada may not approve this'),
    )
    expect(await approve([], { by: ['grace'] }, runOf(), scriptedPerson('grace', start))).toMatchObject({
      approved: true,
    })
  })

  it('is not asked for where proof is needed, nor where a document was refused', async () => {
    const person = scriptedPerson('grace', start)
    await expect(approve([], { signed: true }, runOf(), person)).rejects.toMatchObject({
      name: 'UnansweredError',
      message: 'an approval with proof is required, but none was given',
      hint: expect.stringContaining('--sign KEY') as string,
    })
    await expect(approve([document({ by: 'grace' })], {}, runOf(), person)).rejects.toThrow(NotPerformedError)
    expect(person.asked).toEqual([])
  })

  it.each([[[]], [['']], [['grace']]])(
    'with the answers %j is none, and the hint says how to make one',
    async (answers) => {
      const error = await approve([], {}, runOf(), scriptedPerson(...answers)).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(UnansweredError)
      expect((error as UnansweredError).hint).toContain(
        `preflight runbook approve ${runId} --plan ${planHash} --step how/agreed --digest ${approvedDigest} --output FILE`,
      )
    },
  )
})

describe('input', () => {
  it.each([
    {},
    { message: '' },
    { message: 'a\0' },
    { message: 'x', by: 'grace' },
    { message: 'x', by: [''] },
    { message: 'x', by: ['a\0'] },
    { message: 'x', signers: 'a\0' },
    { message: 'x', expires: '0s' },
    { message: 'x', expires: 4 },
    { message: 'x', signd: true },
  ])('%j is refused', (input) => {
    expect(action.input.safeParse(input).success).toBe(false)
  })
})

it('is described with who may approve, and the signers file belongs to the plan', () => {
  expect(
    action.describe(
      action.input.parse({ message: 'go', by: ['grace', 'ada'], signed: true, signers: '/etc/signers' }),
      noEnvironment,
    ),
  ).toMatchObject({
    lines: ['go', 'by grace or ada, proven by a signature or by another operating-system user'],
    addresses: [],
    files: ['/etc/signers'],
    signers: ['/etc/signers'],
    programs: [{ name: 'ssh-keygen' }],
  })
})
