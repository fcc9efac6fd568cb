import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { knownValues, resolveWritten, withSecretInputs, writtenInputs } from '../../src/checks/given-inputs.js'
import { refuseWrongInputs } from '../../src/checks/list-checks.js'
import type { Definitions } from '../../src/checks/definition.js'
import { loadConfiguration } from '../../src/checks/load/configuration.js'
import { DefinitionsError } from '../../src/base/errors.js'
import { TestedEnvironment } from '../../src/environment/environment.js'
import { check, definitionsOf, file, folderOf } from './load/support/packs.js'

const pack = await definitionsOf({
  'site/a.yaml': file(
    { one: check() },
    `variables:
  REGION: { exposure: public }
  KEY: { exposure: secret }
inputs:
  port: { type: integer, description: x }
  name: { type: string, description: x, default: a }
  hosts: { type: list, description: x, default: [] }
`,
  ),
})

async function deployment(inputs: string, files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const folder = await folderOf({ 'preflight.yaml': `inputs:\n${inputs}`, ...files })
  const { configuration, diagnostics } = await loadConfiguration(join(folder, 'preflight.yaml'))
  expect(diagnostics).toEqual([])
  return { folder, configuration: configuration! }
}

async function resolved(inputs: string, environment: Readonly<Record<string, string>> = {}, options: string[] = []) {
  const { configuration } = await deployment(inputs)
  const written = await writtenInputs(configuration, pack, options)
  const { given, unresolved } = resolveWritten(written, pack, TestedEnvironment.of(environment))
  return { given, unresolved: [...unresolved.values()].map(({ position, message }) => [position.line, message]) }
}

describe('what a deployment gives its packs', () => {
  it('is the file with the variables put in, and the command line over it', async () => {
    expect(
      await resolved(
        '  port: ${{ env.PORT }}\n  name: bus-${{ env.NAME }}\n  hosts: ["${{ env.HOST }}", b]\n',
        { PORT: '9100', NAME: 'eu', HOST: 'a' },
        ['name=other'],
      ),
    ).toEqual({ given: { 'site.port': '9100', 'site.name': 'other', 'site.hosts': ['a', 'b'] }, unresolved: [] })
  })

  it('takes a typed value of an expression', async () => {
    expect((await resolved('  port: ${{ int(env.PORT) + 1 }}\n', { PORT: '1' })).given).toEqual({ 'site.port': '2' })
  })

  it('never reads again what a variable holds', async () => {
    expect((await resolved('  name: ${{ env.A }}\n', { A: '${{ env.B }}', B: 'b' })).given).toEqual({
      'site.name': '${{ env.B }}',
    })
  })

  it('names an absent variable at the line, and a value of the wrong form without the value', async () => {
    expect(await resolved('  port: ${{ env.PORT }}\n  name: ${{ env.NAME }}\n', { PORT: 'hunter2' })).toEqual({
      given: {},
      unresolved: [
        [2, 'the input site.port must be a whole number'],
        [3, 'the input site.name has no value: env.NAME has no value: the environment under test does not set NAME'],
      ],
    })
  })
})

describe('a value in a file', () => {
  const problemWith = async (arrange: (path: string) => void) => {
    const { folder, configuration } = await deployment('  name: { file: secret }\n')
    arrange(join(folder, 'secret'))
    const { inputs, unread } = await writtenInputs(configuration, pack, [])
    expect(inputs.size).toBe(0)
    const problem = unread.get('site.name')!
    expect(problem).toMatchObject({ position: { file: configuration.file, line: 2 }, code: 'input-file' })
    return problem.message.replace(folder, '…')
  }
  const start = 'the value of the input site.name cannot be read: …/secret'

  it.each([
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['hunter2\n\n', 'hunter2\n'],
    [' a b ', ' a b '],
  ])('is %j without one newline at its end', async (content, value) => {
    const { configuration } = await deployment('  name: { file: secret }\n', { secret: content })
    expect(knownValues(await writtenInputs(configuration, pack, []))).toEqual({ 'site.name': value })
  })

  it('must be there, and a regular file of a bounded size that is UTF-8', async () => {
    expect(await problemWith(() => undefined)).toBe(`${start} does not exist`)
    expect(await problemWith((path) => mkdirSync(path))).toBe(`${start} is not a regular file`)
    expect(await problemWith((path) => writeFileSync(path, 'a'.repeat(65_537)))).toBe(
      `${start} is larger than 65536 bytes`,
    )
    expect(await problemWith((path) => writeFileSync(path, Buffer.from([0xff, 0xfe])))).toBe(`${start} is not UTF-8`)
  })

  it.skipIf(process.getuid?.() === 0)('must be readable', async () => {
    const message = await problemWith((path) => {
      writeFileSync(path, 'a')
      chmodSync(path, 0o000)
    })
    expect(message).toBe(`${start} may not be read by this user`)
  })

  it('is not read where the command line gives the value', async () => {
    const { configuration } = await deployment('  name: { file: nothing }\n')
    const { inputs, unread } = await writtenInputs(configuration, pack, ['name=b'])
    expect([inputs.get('site.name')!.value, unread.size]).toEqual(['b', 0])
  })
})

const secretInputs = async (inputs: string): Promise<readonly string[]> => {
  const { configuration } = await deployment(inputs, { secret: 'a' })
  const definitions: Definitions = withSecretInputs(pack, await writtenInputs(configuration, pack, []))
  return definitions.packs[0]!.inputs.filter(({ secret }) => secret).map(({ name }) => name)
}

describe('an input is secret', () => {
  it.each([
    ['  name: { file: secret }\n', ['name']],
    ['  name: ${{ env.KEY }}\n', ['name']],
    ['  name: ${{ env.UNDECLARED }}\n', ['name']],
    ['  name: ${{ env.REGION }}\n', []],
    ['  name: \'${{ has(env.KEY) ? "a" : "b" }}\'\n', []],
    ['  name: a\n', []],
  ])('with %j: %j', async (inputs, names) => {
    expect(await secretInputs(inputs)).toEqual(names)
  })
})

describe('what the deployment file gives wrongly', () => {
  it('is listed at its lines', async () => {
    const { configuration } = await deployment('  prot: 1\n  port: many\n  hosts: a, b\n  name: ${{ env.A }}\n')
    const refuse = () => refuseWrongInputs(configuration, pack, [])
    expect(refuse).toThrow(DefinitionsError)
    try {
      refuse()
    } catch (error) {
      expect((error as DefinitionsError).diagnostics).toEqual([
        {
          position: { file: configuration.file, line: 2, column: 9 },
          code: 'unknown-input',
          message: 'unknown input prot',
          hint: 'did you mean port?',
        },
        {
          position: { file: configuration.file, line: 3, column: 9 },
          code: 'input-value',
          message: 'the input site.port must be a whole number',
        },
      ])
    }
  })
})
