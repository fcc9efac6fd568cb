import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { useApproval } from '../../../src/runbooks/approve/approval-uses.js'
import { createJournal } from '../../../src/runbooks/record/journal-file.js'
import { NotPerformedError } from '../../../src/runbooks/definition/step-kind.js'

const document = { sha256: 'ab'.repeat(32), id: 'cd'.repeat(16), expires: new Date(Date.now() + 60_000).toISOString() }

/** A machine with a shared folder, and runs that have announced their approve step. */
function machine() {
  const root = mkdtempSync(join(tmpdir(), 'preflight-uses-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const shared = join(root, 'shared')
  const runIn = async (name: string, run: string) => {
    const state = join(root, name)
    const folder = join(state, 'runs', run)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const journal = await createJournal(folder)
    await journal.append({ type: 'step-intent', step: 'agreed', attempt: 1, action: [] })
    await journal.close()
    return { run, step: 'agreed', folder, state }
  }
  return { root, shared, runIn }
}

describe('the use of an approval', () => {
  it('is remembered in the state folder and for the machine, with the run, the step and the entry', async () => {
    const { shared, runIn } = machine()
    const user = await runIn('state', 'one')
    expect(await useApproval(document, user, shared)).toBeUndefined()
    for (const folder of [join(user.state, 'approvals'), shared]) {
      expect(JSON.parse(readFileSync(join(folder, `approval-${document.sha256}.json`), 'utf8'))).toMatchObject({
        document: document.sha256,
        id: document.id,
        run: 'one',
        step: 'agreed',
        entry: expect.stringMatching(/^1:[0-9a-f]{64}$/) as string,
      })
    }
  })

  it('is that of one run: another learns which, in this state folder and in any other', async () => {
    const { shared, runIn } = machine()
    await useApproval(document, await runIn('state', 'one'), shared)
    for (const name of ['state', 'another'])
      expect(await useApproval(document, await runIn(name, 'two'), shared)).toMatch(
        /^it was already used, at \S+, by the step agreed of the run one$/,
      )
    expect(
      await useApproval({ ...document, sha256: 'ef'.repeat(32) }, await runIn('state', 'three'), shared),
    ).toBeUndefined()
  })

  it('continues the run that was cut off, and not with a copy of its folder', async () => {
    const { shared, runIn } = machine()
    const user = await runIn('state', 'one')
    await useApproval(document, user, shared)
    expect(await useApproval(document, user, shared)).toBeUndefined()
    const copy = await runIn('copy', 'one')
    expect(await useApproval(document, { ...copy, state: user.state }, shared)).toMatch(
      /by this run in another copy of its folder$/,
    )
    expect(await useApproval(document, copy, shared)).toMatch(/by this run in another copy of its folder$/)
  })

  it('is one of many that try at once', async () => {
    const { shared, runIn } = machine()
    const users = await Promise.all(['one', 'two', 'three', 'four'].map((run) => runIn(`state-${run}`, run)))
    const answers = await Promise.all(users.map((user) => useApproval(document, user, shared)))
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1)
  })

  it('is remembered in the state folder alone where there is no shared one, and not at all where that cannot be written', async () => {
    const { root, runIn } = machine()
    writeFileSync(join(root, 'file'), '')
    const user = await runIn('state', 'one')
    expect(await useApproval(document, user, join(root, 'file'))).toBeUndefined()
    expect(await useApproval(document, { ...user, run: 'two' }, join(root, 'file'))).toMatch(
      /by the step agreed of the run one$/,
    )
    const other = await runIn('closed', 'one')
    writeFileSync(join(other.state, 'approvals'), '')
    await expect(useApproval(document, other, join(root, 'file'))).rejects.toThrow(NotPerformedError)
  })

  it('follows no link in its place, and counts an unreadable file as a use', async () => {
    const { root, shared, runIn } = machine()
    mkdirSync(shared)
    symlinkSync(join(root, 'elsewhere'), join(shared, `approval-${document.sha256}.json`))
    expect(await useApproval(document, await runIn('state', 'one'), shared)).toMatch(/^it was already used \(/)
    expect(existsSync(join(root, 'elsewhere'))).toBe(false)
  })

  it('is not held up by pipes that somebody left in the shared folder', async () => {
    const { shared, runIn } = machine()
    mkdirSync(shared)
    execFileSync(
      'mkfifo',
      [document.sha256, '03'.repeat(32)].map((name) => join(shared, `approval-${name}.json`)),
    )
    expect(await useApproval(document, await runIn('state', 'one'), shared)).toMatch(/^it was already used \(/)
  })

  it('is forgotten by the machine long after the document expired', async () => {
    const { shared, runIn } = machine()
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
    const [old, recent] = ['01'.repeat(32), '02'.repeat(32)]
    await useApproval({ ...document, sha256: old, expires: at(-30) }, await runIn('state', 'one'), shared)
    await useApproval({ ...document, sha256: recent, expires: at(-2) }, await runIn('state', 'two'), shared)
    await useApproval(document, await runIn('state', 'three'), shared)
    expect(readdirSync(shared).sort()).toEqual([`approval-${recent}.json`, `approval-${document.sha256}.json`].sort())
  })
})
