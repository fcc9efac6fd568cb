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
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { addWaiver, type GivenWaiver } from '../../../src/checks/waivers/add-waiver.js'
import { listWaivers } from '../../../src/checks/waivers/list-waivers.js'
import { UnansweredError, type Person, type Question } from '../../../src/engine/person.js'
import { dateAhead } from '../../../src/checks/waivers/waiver.js'
import { check, file } from '../load/support/packs.js'

const root = mkdtempSync(join(tmpdir(), 'preflight-add-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const soon = dateAhead(Date.now(), 20)
const never = new AbortController().signal
const all: GivenWaiver = {
  reason: 'the vendor mends it: soon',
  owner: 'ops',
  ticket: 'OPS-1',
  expires: soon,
  profiles: ['prod'],
  deployment: undefined,
}
const nothing: GivenWaiver = {
  reason: undefined,
  owner: undefined,
  ticket: undefined,
  expires: undefined,
  profiles: [],
  deployment: undefined,
}

/** A folder with a small pack and, when a text is given, a waiver file. */
function place(text?: string) {
  const folder = mkdtempSync(join(root, 'place-'))
  mkdirSync(join(folder, 'packs/site'), { recursive: true })
  writeFileSync(
    join(folder, 'packs/site/a.yaml'),
    file({ one: check(), two: check(), never: check({ waivable: 'false' }) }),
  )
  const path = join(folder, 'waivers.yaml')
  if (text !== undefined) writeFileSync(path, text)
  const options = { checks: [join(folder, 'packs')], noBuiltin: true, config: undefined, waiversFile: path }
  const add = (id: string, given: GivenWaiver = all, person?: Person) =>
    addWaiver({ ...options, check: id, given, person }, never)
  return { folder, path, add, options, text: () => readFileSync(path, 'utf8') }
}

/** Somebody who gives these answers, one a question, and then none. */
function somebody(...answers: readonly string[]): Person & { readonly asked: Question[] } {
  const left = [...answers]
  const asked: Question[] = []
  const refuse = (): Promise<never> => Promise.reject(new UnansweredError('the question was not answered'))
  const line = (question: Question): Promise<string> => {
    asked.push(question)
    const answer = left.shift()
    return answer === undefined ? refuse() : Promise.resolve(answer)
  }
  return { asked, line, type: refuse, secret: refuse, pick: refuse }
}

describe('adding a waiver', () => {
  it('begins a file that everybody can read', async () => {
    const { add, path, text, options } = place()
    expect((await add('site/a/one')).waiver).toMatchObject({ check: 'site/a/one', expires: soon })
    expect(text()).toMatch(
      /^# .*\nwaivers:\n {2}- check: site\/a\/one\n {4}reason: "the vendor mends it: soon"\n {4}owner: ops\n {4}ticket: OPS-1\n {4}expires: \d{4}-\d\d-\d\d\n {4}profiles: \[prod\]\n$/,
    )
    expect(statSync(path).mode & 0o777).toBe(0o644)
    expect((await listWaivers(options, never)).entries).toMatchObject([{ daysLeft: 20 }])
  })

  it('keeps comments, the way things are written, and the permissions', async () => {
    const before = `# who may add to this: ops\n\nwaivers:\n    # asked for in March\n    - check: 'site/a/two'   # the one\n      reason: >-\n        so long that it stands\n        on two lines\n      owner: "ops"\n      ticket: OPS-0\n      expires: '${soon}'\n      profiles: [ staging,  prod ]\n# the end\n`
    const { add, path, text } = place(before)
    chmodSync(path, 0o640)
    await add('site/a/one')
    for (const kept of [
      '# who may add to this: ops\n\n',
      '# asked for in March',
      "'site/a/two' # the one",
      'reason: >-',
      'so long that it stands',
      'owner: "ops"',
      `'${soon}'`,
      '# the end',
    ])
      expect(text()).toContain(kept)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    await expect(add('site/a/one')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^the waiver cannot be added: site\/a\/one is already waived at /) as string,
    })
  })

  it.each([
    ['an unknown check', 'site/a/won', {}, 2, /unknown check site\/a\/won/],
    ['a check that can never be waived', 'site/a/never', {}, 2, /site\/a\/never can never be waived/],
    [
      'a day too far ahead',
      'site/a/one',
      { expires: dateAhead(Date.now(), 92) },
      2,
      /a waiver must end within 90 days/,
    ],
    ['a day that does not exist', 'site/a/one', { expires: '2027-02-30' }, 2, /must be an existing day/],
    ['a blank reason', 'site/a/one', { reason: ' ' }, 2, /must not be blank/],
    ['an unknown profile', 'site/a/one', { profiles: ['prd'] }, 2, /unknown profile prd/],
    [
      'what is missing, with no one to ask',
      'site/a/one',
      nothing,
      2,
      /^--reason, --owner, --ticket, --expires, --profile must be given: without a terminal preflight cannot ask for them$/,
    ],
    ['one thing missing', 'site/a/one', { owner: undefined }, 2, /^--owner must be given/],
  ] as const)('is refused for %s, and nothing is written', async (_, id, given, exitCode, message) => {
    const { add, path } = place()
    await expect(add(id, { ...all, ...given })).rejects.toMatchObject({
      exitCode,
      message: expect.stringMatching(message) as string,
    })
    expect(existsSync(path)).toBe(false)
  })

  it('leaves a file alone that is wrong already, or no file', async () => {
    const wrong = place('waivers:\n  - check: site/a/one\n')
    await expect(wrong.add('site/a/two')).rejects.toMatchObject({ exitCode: 3 })
    expect(wrong.text()).toBe('waivers:\n  - check: site/a/one\n')
    const linked = place()
    writeFileSync(join(linked.folder, 'real.yaml'), 'waivers: []\n')
    symlinkSync('real.yaml', linked.path)
    await expect(linked.add('site/a/two')).rejects.toMatchObject({ exitCode: 74 })
    expect(readFileSync(join(linked.folder, 'real.yaml'), 'utf8')).toBe('waivers: []\n')
    expect(readdirSync(linked.folder).toSorted()).toEqual(['packs', 'real.yaml', 'waivers.yaml'])
  })

  it.each(['preflight.yaml', 'preflight.lock', 'signers', 'packs/site/new.yaml'])(
    'is never written over what a run reads, or among it: %s',
    async (name) => {
      const { folder, options } = place()
      const config = join(folder, 'preflight.yaml')
      writeFileSync(config, 'waivers: { file: waivers.yaml, signers: signers }\n')
      const adding = addWaiver(
        { ...options, config, waiversFile: join(folder, name), check: 'site/a/one', given: all, person: undefined },
        never,
      )
      await expect(adding).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringMatching(/^refusing to (over)?write /) as string,
      })
      expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual([
        'packs',
        'packs/site',
        'packs/site/a.yaml',
        'preflight.yaml',
      ])
    },
  )

  it('asks for what is missing, and again where nothing was said', async () => {
    const { add } = place()
    const person = somebody('', '  it is mended  ', 'ops', 'OPS-7', soon, '')
    expect((await add('site/a/one', nothing, person)).waiver).toMatchObject({
      reason: 'it is mended',
      owner: 'ops',
      ticket: 'OPS-7',
      expires: soon,
      profiles: ['prod'],
    })
    expect(person.asked.map(({ ask }) => ask)).toHaveLength(6)
    expect(person.asked[0]?.explain).toContain('site/a/one')
    const other = somebody('staging, prod')
    expect((await add('site/a/two', { ...all, profiles: [] }, other)).waiver.profiles).toEqual(['staging', 'prod'])
  })

  it('writes nothing when a question is not answered', async () => {
    const { add, path } = place()
    await expect(add('site/a/one', nothing, somebody('a reason'))).rejects.toMatchObject({
      code: 'unanswered',
      exitCode: 2,
    })
    expect(existsSync(path)).toBe(false)
  })

  it('writes every text so that it is read back as it was', async () => {
    for (const reason of [
      'null',
      '1.10',
      'yes',
      '- a',
      '# no comment',
      'it\'s: "quoted"',
      'two\nlines',
      '${{ env.X }}',
      '&a *b',
      'ünïcode 🙂',
      ' padded ',
      '2026-03-01',
    ]) {
      const { add } = place()
      expect((await add('site/a/one', { ...all, reason })).waiver.reason).toBe(reason)
    }
  })
})
