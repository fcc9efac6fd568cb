import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { action } from '../../../src/runbooks/actions/manual.js'
import { UnansweredError } from '../../../src/engine/person.js'
import type { ActionContext } from '../../../src/runbooks/definition/step-kind.js'
import { asNobody } from '../../as-nobody.js'
import { noEnvironment } from './perform.js'
import { contextOf, performWith } from './support/step-of-run.js'
import { scriptedPerson, type ScriptedPerson } from './support/scripted-person.js'

const root = mkdtempSync(join(tmpdir(), 'preflight-manual-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(root, 'run-'))
})

function circumstances(
  person: ScriptedPerson,
  { path = 'look/logs', isRepeated = false } = {},
): Partial<ActionContext> {
  const { run } = contextOf()
  return {
    person,
    run: { ...run, folder },
    step: { path, title: 'the log is looked through', effect: 'once', isRepeated },
  }
}
const attest = (input: Parameters<typeof action.input.parse>[0], person: ScriptedPerson, step = {}) =>
  performWith(action, input as never, circumstances(person, step))

/** A file with this content, outside the folder of the run. */
function given(name: string, content: string | Buffer = 'seen\n'): string {
  const place = mkdtempSync(join(root, 'given-'))
  writeFileSync(join(place, name), content)
  return join(place, name)
}
const kept = (): string[] => (existsSync(join(folder, 'evidence')) ? readdirSync(join(folder, 'evidence')) : [])

describe('an attestation', () => {
  it('is by the operator, with a time and their note', async () => {
    const person = scriptedPerson('done', '  seen by two  ')
    const facts = await attest('tell the channel\n', person)
    expect(facts).toEqual({
      attested: true,
      by: 'somebody',
      uid: 1000,
      at: facts.at,
      note: 'seen by two',
      evidence: '',
      evidenceSha256: '',
    })
    expect(new Date(facts.at).toISOString()).toBe(facts.at)
    expect(person.asked).toEqual([
      'type done: is it done? (type done, or no)',
      'line: a note for the record, or nothing',
    ])
    expect(person.explained[0]).toBe('the log is looked through\n\ntell the channel')
  })

  it('asks in the words of the runbook', async () => {
    const person = scriptedPerson('done', '')
    await attest({ instructions: 'tell the channel', ask: 'was it told?' }, person)
    expect(person.asked[0]).toBe('type done: was it told? (type done, or no)')
  })

  it('says after an interruption that it may have been done already', async () => {
    const person = scriptedPerson('done', '')
    await attest('tell the channel', person, { isRepeated: true })
    expect(person.explained[0]).toContain('The run was interrupted here before: this may already be done.')
  })

  it('is declined by no, and nothing more is asked', async () => {
    const person = scriptedPerson('no', 'note', '/etc/hostname')
    expect(await attest({ instructions: 'look', evidence: 'required', note: 'required' }, person)).toMatchObject({
      attested: false,
      note: '',
      evidence: '',
    })
    expect(person.asked).toHaveLength(1)
    expect(kept()).toEqual([])
  })

  it('is neither given nor declined by anything else', async () => {
    const person = scriptedPerson('yes', 'DONE', 'done', '')
    expect(await attest('look', person)).toMatchObject({ attested: true })
    expect(person.explained.slice(1, 3)).toEqual([
      'The answer was neither done nor no.',
      'The answer was neither done nor no.',
    ])
    for (const answer of ['', 'y', 'Done', 'done!', 'done\0', 'done\nno', '\u001B[31mdone', 'nö']) {
      const mumbling = scriptedPerson(answer, answer, answer, 'done')
      await expect(attest('look', mumbling), answer).rejects.toThrow(
        new UnansweredError('the answer was neither done nor no'),
      )
      expect(mumbling.asked).toHaveLength(3)
    }
  })

  it('is not made without a person, and not after the signal', async () => {
    await expect(attest('look', scriptedPerson())).rejects.toThrow(UnansweredError)
    await expect(attest('look', scriptedPerson('done'))).rejects.toThrow(UnansweredError)
    await expect(
      performWith(action, 'look', { ...circumstances(scriptedPerson('done', '')), signal: AbortSignal.abort() }),
    ).rejects.toThrow(UnansweredError)
  })
})

describe('a note', () => {
  it('that is required is asked for until there is one', async () => {
    expect(
      await attest({ instructions: 'look', note: 'required' }, scriptedPerson('done', '', '  ', 'all quiet')),
    ).toMatchObject({ note: 'all quiet' })
    await expect(
      attest({ instructions: 'look', note: 'required' }, scriptedPerson('done', '', '', '', 'late')),
    ).rejects.toThrow(new UnansweredError('a note is required, but none was given'))
  })

  it('is cut at 2000 characters', async () => {
    expect((await attest('look', scriptedPerson('done', 'x'.repeat(5000)))).note).toHaveLength(2000)
  })
})

describe('evidence', () => {
  const required = { instructions: 'look', evidence: 'required' } as const

  it('is copied, readable by its owner only, with its digest', async () => {
    const content = Buffer.from([0, 255, 10, 13, 1])
    const facts = await attest(required, scriptedPerson('done', '', given('auth log (May).txt', content)))
    expect(facts.evidence).toBe(join(folder, 'evidence', 'look.logs-auth_log__May_.txt'))
    expect(readFileSync(facts.evidence)).toEqual(content)
    expect(facts.evidenceSha256).toBe(createHash('sha256').update(content).digest('hex'))
    expect(statSync(facts.evidence).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'evidence')).mode & 0o777).toBe(0o700)
  })

  it('that is optional may be none', async () => {
    expect(await attest({ instructions: 'look', evidence: 'optional' }, scriptedPerson('done', '', ''))).toMatchObject({
      attested: true,
      evidence: '',
      evidenceSha256: '',
    })
  })

  it('never takes the place of what was kept before', async () => {
    const first = await attest(required, scriptedPerson('done', '', given('c', 'one')), { path: 'a-b' })
    const second = await attest(required, scriptedPerson('done', '', given('c', 'two')), { path: 'a-b' })
    // The step `a` with the file `b-c` has the name of the step `a-b` with the file `c`.
    const third = await attest(required, scriptedPerson('done', '', given('b-c', 'three')), { path: 'a' })
    expect([first, second, third].map(({ evidence }) => readFileSync(evidence, 'utf8'))).toEqual([
      'one',
      'two',
      'three',
    ])
  })

  it('does not follow a link in its place', async () => {
    const target = given('target', 'untouched')
    mkdirSync(join(folder, 'evidence'))
    symlinkSync(target, join(folder, 'evidence', 'look.logs-c'))
    const facts = await attest(required, scriptedPerson('done', '', given('c')))
    expect(readFileSync(target, 'utf8')).toBe('untouched')
    expect(facts.evidence).not.toBe(join(folder, 'evidence', 'look.logs-c'))
    expect(readFileSync(facts.evidence, 'utf8')).toBe('seen\n')
  })

  it.each([
    ['nothing', () => '', 'evidence is required'],
    ['what is not there', () => join(root, 'missing'), /does not exist$/],
    ['a folder', () => root, /is not a regular file$/],
    ['a device', () => '/dev/zero', /is not a regular file$/],
    ['a pipe', () => pipe(), /is not a regular file$/],
    ['a link', () => link(), /is a symbolic link$/],
    ['a path with NUL', () => '/etc/host\0name', /cannot be read/],
    ['more than 50 MB', () => large(), /is larger than 52428800 bytes$/],
  ])('is not %s: it is said, and asked for again', async (_, path, complaint) => {
    const person = scriptedPerson('done', '', path(), given('good'))
    expect(await attest(required, person)).toMatchObject({
      attested: true,
      evidenceSha256: createHash('sha256').update('seen\n').digest('hex'),
    })
    expect(person.explained[3]).toMatch(complaint)
    expect(kept()).toHaveLength(1)
  })

  it('that cannot be read with the rights of this user', async () => {
    const secret = given('secret')
    chmodSync(secret, 0)
    chmodSync(root, 0o755)
    const person = scriptedPerson('done', '', secret, secret, secret)
    await expect(asNobody(() => attest(required, person))).rejects.toThrow(/^no evidence was kept: .* is not readable$/)
  })

  it('that there is no place for is not kept, and the attestation does not count', async () => {
    writeFileSync(join(folder, 'evidence'), 'not a folder')
    const path = given('good')
    await expect(attest(required, scriptedPerson('done', '', path, path, path))).rejects.toThrow(
      /^no evidence was kept: it could not be kept in /,
    )
  })

  it('that is not given after three questions', async () => {
    const person = scriptedPerson('done', '', '', '', '', given('late'))
    await expect(attest(required, person)).rejects.toThrow(UnansweredError)
    expect(kept()).toEqual([])
  })

  it.each(['; touch pwned', '$(touch pwned)', '-rf', '\u001B[2J.log', 'a\nb', '..hidden', 'ż'])(
    'keeps a file named %j under a plain name',
    async (name) => {
      const { evidence } = await attest(required, scriptedPerson('done', '', given(name)))
      expect(kept()).toHaveLength(1)
      expect(kept()[0]).toMatch(/^look\.logs-[\w.-]+$/)
      expect(evidence).toBe(join(folder, 'evidence', kept()[0]!))
    },
  )
})

describe('input', () => {
  it.each([
    '',
    'a\0b',
    { instructions: '' },
    { instructions: 'x', ask: 'two\nlines' },
    { instructions: 'x', ask: '' },
    { instructions: 'x', evidence: 'yes' },
    { instructions: 'x', skip: true },
    'x'.repeat(20_001),
  ])('%j is refused', (input) => {
    expect(action.input.safeParse(input).success).toBe(false)
  })
})

it('is described by its instructions', () => {
  expect(action.describe('first\nsecond\n', noEnvironment)).toEqual({
    lines: ['first', 'second'],
    addresses: [],
    files: [],
  })
})

function pipe(): string {
  const path = join(mkdtempSync(join(root, 'pipe-')), 'pipe')
  execFileSync('mkfifo', [path])
  return path
}

function link(): string {
  const path = join(mkdtempSync(join(root, 'link-')), 'link')
  symlinkSync(given('target'), path)
  return path
}

function large(): string {
  const path = given('large', '')
  truncateSync(path, 50 * 1024 * 1024 + 1)
  return path
}
