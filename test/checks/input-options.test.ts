import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DefinitionsError } from '../../src/base/errors.js'
import { inputFiles, readInputOptions, withoutInputs, type InputOption } from '../../src/checks/input-options.js'
import { folderOf } from '../e2e/cli/preflight.js'

const secret = 'Wq7xT2mZr9LwKd4s'

afterEach(() => vi.unstubAllEnvs())

async function valuesOf(...options: InputOption[]) {
  return Object.fromEntries([...(await readInputOptions(options))].map(([name, { value }]) => [name, value]))
}

function problemsOf(text: string): Promise<readonly string[]> {
  return problemsOfFile(join(folderOf({ 'inputs.yaml': text }), 'inputs.yaml'))
}

async function problemsOfFile(file: string): Promise<readonly string[]> {
  const error: unknown = await readInputOptions([{ file }]).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DefinitionsError)
  const lines = (error as DefinitionsError).diagnostics.map(({ position, message }) => `${position.line} ${message}`)
  expect(lines.join('\n')).not.toContain(secret)
  return lines
}

describe('--input-env', () => {
  it('is the value of a variable of this process, whatever is in it, and secret', async () => {
    vi.stubEnv('SITE_TOKEN', `${secret}\n=x`)
    vi.stubEnv('SITE_EMPTY', '')
    const given = await readInputOptions([{ variable: 'token=SITE_TOKEN' }, { variable: 'empty=SITE_EMPTY' }, 'a=b=c'])
    expect([...given].map(([name, { value, isSecret }]) => [name, value, isSecret])).toEqual([
      ['token', `${secret}\n=x`, true],
      ['empty', '', true],
      ['a', 'b=c', false],
    ])
  })

  it('is refused where the variable is not set', async () => {
    await expect(valuesOf({ variable: 'token=SITE_NOT_SET' })).rejects.toThrow(
      '--input-env token: the variable that it names is not set',
    )
  })

  it.each(['token', '=TOKEN', 'token=', `token=${secret}!`])(
    'quotes nothing of %j, which has no variable',
    async (text) => {
      await expect(valuesOf({ variable: text })).rejects.toThrow('--input-env takes name=VARIABLE')
    },
  )
})

describe('--inputs-file', () => {
  it('is a mapping of values, or of files from its own folder', async () => {
    const folder = folderOf({
      'a/inputs.yaml': 'token: { file: token }\nport: 9100\nhosts: [a, b]\nsafe: true\n',
      'a/inputs.json': '{ "name": "bus" }',
      'a/token': `${secret}\n`,
    })
    const files = ['a/inputs.yaml', 'a/inputs.json'].map((name) => ({ file: join(folder, name) }))
    expect(await valuesOf(...files)).toEqual({
      token: secret,
      port: '9100',
      hosts: ['a', 'b'],
      safe: 'true',
      name: 'bus',
    })
    const given = await readInputOptions(files)
    expect([...given.values()].map(({ isSecret, folder: from }) => [isSecret, from])).toEqual(
      Array(5).fill([true, join(folder, 'a')]),
    )
    expect(await inputFiles([...files, 'x=y'])).toEqual([...files.map(({ file }) => file), join(folder, 'a/token')])
  })

  it('says what is wrong with it, and quotes none of it', async () => {
    expect(await problemsOf(`token: ${secret}\nname: { flie: ${secret} }\nhosts: [[${secret}]]\n`)).toEqual([
      '2 the input name must be a text, a number, true or false, a list of texts, or { file: PATH }',
      '3 the input hosts must be a text, a number, true or false, a list of texts, or { file: PATH }',
    ])
    expect(await problemsOf(`- ${secret}\n`)).toEqual(['1 the file of inputs must be one mapping of name: value'])
    expect(await problemsOf(`token: "${secret}\n`)).toHaveLength(1)
    expect(await problemsOf(`token: *${secret}\n`)).toHaveLength(1)
    expect(await problemsOf('')).toEqual(['1 the file of inputs must be one mapping of name: value'])
    expect(await problemsOf('token: { file: none }\n')).toEqual([
      expect.stringMatching(/^1 the value of the input token cannot be read: .*\/none does not exist$/),
    ])
  })

  it('must be a regular file', async () => {
    expect(await problemsOfFile('/dev/zero')).toEqual(['1 the file of inputs is not a regular file'])
    expect(await problemsOfFile('/nowhere/inputs.yaml')).toEqual(['1 the file of inputs cannot be read (ENOENT)'])
  })
})

describe('an input', () => {
  const file = join(folderOf({ 'inputs.yaml': 'name: a\nother: b\n' }), 'inputs.yaml')

  it('given twice is refused, whichever way', async () => {
    vi.stubEnv('SITE_TOKEN', secret)
    await expect(valuesOf('name=a', 'name=b')).rejects.toThrow('the input name is given twice')
    await expect(valuesOf('name=a', { variable: 'name=SITE_TOKEN' })).rejects.toThrow('the input name is given twice')
    await expect(valuesOf('name=a', { file })).rejects.toThrow(
      `the input name is given twice: the file ${file} has it too`,
    )
  })

  it('that something else decides is left out of each', async () => {
    vi.stubEnv('SITE_TOKEN', secret)
    const options: InputOption[] = ['x=1', 'name2=1', { variable: 'y=SITE_TOKEN' }, { file }]
    expect(await valuesOf(...withoutInputs(options, ['name', 'x', 'y']))).toEqual({ name2: '1', other: 'b' })
  })
})
