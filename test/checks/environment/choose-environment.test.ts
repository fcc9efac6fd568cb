import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chosenEnvironment, environmentFilesAt } from '../../../src/checks/environment/choose-environment.js'
import { noEnvironment } from '../../../src/environment/tested-environment.js'
import { UnansweredError, type Person } from '../../../src/engine/person.js'

const signal = new AbortController().signal
const need = '1 variable (PORT) is read by site/a/port'

async function lying(...files: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preflight-lying-'))
  for (const file of files) await writeFile(join(folder, file), '')
  return folder
}

/** Somebody who gives one answer, and keeps what was asked. */
function answering(answer: string): Person & { offered: string[]; explained: string } {
  const person = {
    offered: [] as string[],
    explained: '',
    pick: (
      { explain = '' }: { readonly explain?: string },
      options: readonly { readonly title: string; readonly value: string }[],
    ) => {
      person.offered = options.map(({ title }) => title)
      person.explained = explain
      const picked = options.find(({ title }) => title === answer)
      return picked === undefined
        ? Promise.reject(new UnansweredError('the input ended'))
        : Promise.resolve(picked.value)
    },
    type: () => Promise.reject(new Error('not a question of this kind')),
    line: () => Promise.reject(new Error('not a question of this kind')),
    secret: () => Promise.reject(new Error('not a question of this kind')),
  }
  return person
}

describe('an environment that nobody named', () => {
  it('is none when nothing reads it, and nobody is asked', async () => {
    const person = answering('never')
    expect(await chosenEnvironment(undefined, { file: 'preflight.yaml' }, { person, signal })).toEqual(noEnvironment)
    expect(person.offered).toEqual([])
  })

  it('is refused with the ways to name it where nobody can be asked', async () => {
    await expect(chosenEnvironment(need, { file: 'preflight.yaml' }, undefined)).rejects.toMatchObject({
      exitCode: 2,
      message: `no environment was named, and ${need}`,
      hint: expect.stringMatching(
        /--env-file FILE.*--env-pid PID.*--env-shell.*environment:.*preflight\.yaml/,
      ) as string,
    })
  })

  it('is what the person picks, and what is read by whom is said', async () => {
    const folder = await lying('.env.production', 'notes')
    const person = answering(join(folder, '.env.production'))
    const asked = { person, signal }
    const file = join(folder, 'preflight.yaml')
    expect(await chosenEnvironment(need, { file }, asked)).toEqual({
      ...noEnvironment,
      files: [join(folder, '.env.production')],
    })
    expect(person.offered.slice(-3)).toEqual([join(folder, '.env.production'), "this shell's own", 'none of these'])
    expect(person.explained).toContain(need)
    expect(await chosenEnvironment(need, { file }, { ...asked, person: answering("this shell's own") })).toEqual({
      ...noEnvironment,
      files: [{ 'this-shell': true }],
    })
  })

  it.each(['none of these', 'the end of the input'])('is refused at %s', async (answer) => {
    await expect(
      chosenEnvironment(need, { file: 'preflight.yaml' }, { person: answering(answer), signal }),
    ).rejects.toMatchObject({ exitCode: 2 })
  })
})

it('finds .env* files of both folders, each once, without examples, folders and dead links', async () => {
  const here = await lying('.env', '.env.production', '.env.example', '.env.prod.sample', 'prod.env', '.envrc')
  const beside = await lying('.env.eu')
  await mkdir(join(here, '.env.d'))
  await symlink('nowhere', join(here, '.env.dead'))
  expect(await environmentFilesAt([here, beside, here, join(here, 'missing')])).toEqual([
    join(here, '.env'),
    join(here, '.env.production'),
    join(here, '.envrc'),
    join(beside, '.env.eu'),
  ])
})
