import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { offeredFile } from '../../../src/checks/waivers/waiver-file.js'
import { UnansweredError, type Person } from '../../../src/engine/person.js'

const never = new AbortController().signal

function personWho(answers: string | undefined): Person & { readonly asked: string[] } {
  const asked: string[] = []
  const fail = (): never => {
    throw new Error('it only picks')
  }
  return {
    asked,
    type: fail,
    line: fail,
    secret: fail,
    pick: ({ ask }, options) => {
      asked.push(ask, ...options.map(({ title }) => title))
      return answers === undefined ? Promise.reject(new UnansweredError('it ended')) : Promise.resolve(answers)
    },
  }
}

function deployment(text?: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'preflight-offered-')), 'preflight.yaml')
  if (text !== undefined) writeFileSync(file, text)
  return file
}

const offer = (file: string, person: Person | undefined, words: readonly string[] = ['site/a/region']) =>
  offeredFile({ file, waivers: { file: undefined, signers: undefined } }, words, person, never)

describe('a waiver file for a deployment that has none', () => {
  it.each([
    [
      'with comments',
      '# ours\nprofile: dev # for now\n',
      '# ours\nprofile: dev # for now\nwaivers: { file: waivers.yaml }\n',
    ],
    ['without a line end', 'profile: dev', 'profile: dev\nwaivers: { file: waivers.yaml }\n'],
    ['that is not there', undefined, 'waivers: { file: waivers.yaml }\n'],
    ['that is empty', '# nothing yet\n', '# nothing yet\nwaivers: { file: waivers.yaml }\n'],
  ])('is named by the file %s', async (_, before, after) => {
    const file = deployment(before)
    const offered = await offer(file, personWho('yes'))
    expect(existsSync(join(file, '../waivers.yaml'))).toBe(false)
    expect(await offered.name()).toBe(file)
    expect(readFileSync(file, 'utf8')).toBe(after)
  })

  it.each([
    ['in braces', '{ profile: dev }', { profile: 'dev', waivers: { file: 'waivers.yaml' } }],
    [
      'with signers',
      'waivers:\n  signers: s # theirs\nprofile: dev\n',
      { waivers: { signers: 's', file: 'waivers.yaml' }, profile: 'dev' },
    ],
    ['that says that it ends', 'profile: dev\n...\n', { profile: 'dev', waivers: { file: 'waivers.yaml' } }],
  ])('is named by the file %s', async (_, before, value) => {
    const file = deployment(before)
    await (await offer(file, personWho('yes'))).name()
    const text = readFileSync(file, 'utf8')
    expect(parse(text)).toEqual(value)
    expect(text.includes('# theirs')).toBe(before.includes('# theirs'))
  })

  it('says what would be written', async () => {
    const person = personWho('yes')
    const file = deployment('profile: dev\n')
    await offer(file, person)
    expect(person.asked).toEqual([
      `Write ${join(file, '../waivers.yaml')} beside ${file}?`,
      `yes, and add waivers: { file: waivers.yaml } to ${file}`,
      'no: name another with --waivers',
    ])
  })

  it.each([
    ['without a terminal', undefined],
    ['after a no', personWho('no')],
  ])('%s is left to the whole command, and nothing is written', async (_, person) => {
    const file = deployment('profile: dev\n')
    const words = ['site/a/region', '--reason', "it's late"]
    await expect(offer(file, person, words)).rejects.toMatchObject({
      message: 'no waiver file given',
      exitCode: 2,
      hint: `\`preflight waiver add site/a/region --reason 'it'\\''s late' --waivers ${join(file, '../waivers.yaml')}\` writes one; so that every run reads it, write \`waivers: { file: waivers.yaml }\` in ${file}`,
    })
    expect(readFileSync(file, 'utf8')).toBe('profile: dev\n')
  })

  it('without an answer is not written', async () => {
    await expect(offer(deployment(), personWho(undefined))).rejects.toMatchObject({
      message: 'it ended; nothing was written',
      exitCode: 2,
    })
  })
})
