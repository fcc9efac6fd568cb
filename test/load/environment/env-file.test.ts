import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asNobody } from '../../as-nobody.js'
import { parseEnvironmentFile, readEnvironmentFile } from '../../../src/load/environment/env-file.js'
import { formatEnvironmentLine } from '../../../src/load/environment/env-file-line.js'

const parse = (text: string | Buffer) => parseEnvironmentFile(Buffer.from(text as string), 'prod.env')
const valuesOf = (text: string | Buffer) => {
  const { variables, diagnostics } = parse(text)
  expect(diagnostics).toEqual([])
  return Object.fromEntries(variables.map(([name, { value }]) => [name, value.reveal()]))
}
const faultsOf = (text: string | Buffer) => parse(text).diagnostics.map(({ position, code }) => `${position.line}:${position.column} ${code}`)

describe('the grammar', () => {
  it.each([
    ['A=x', 'x'],
    ['export A=x', 'x'],
    ['  export\tA=x', 'x'],
    ['A=', ''],
    ['A=   ', ''],
    ['A= # a comment', ''],
    ['A=x y  \t', 'x y'],
    ['A=x # a comment', 'x'],
    ['A=x#y', 'x#y'],
    ['A=#x', '#x'],
    ['A=a=b', 'a=b'],
    ['A=$HOME `id` $(id)', '$HOME `id` $(id)'],
    ['A=a\\nb', 'a\\nb'],
    ['A=a"b\'', 'a"b\''],
    ["A=' x # \\n $Y '", ' x # \\n $Y '],
    ["A='x'  # a comment", 'x'],
    ["A=''", ''],
    ["A='a\nb\r\nc'", 'a\nb\r\nc'],
    ['A="a\\nb\\rc\\\\d\\"e"', 'a\nb\rc\\d"e'],
    ['A="\\t\\$x"', '\\t\\$x'],
    ['A="\\\\n"', '\\n'],
    ['A=zażółć', 'zażółć'],
  ])('%j', (line, value) => {
    expect(valuesOf(line)).toEqual({ A: value })
    expect(valuesOf(`# first\n\n${line}\nB=2\n`)).toEqual({ A: value, B: '2' })
  })

  it('lets a name be any name', () => {
    expect(Object.entries(valuesOf('__proto__=a\nconstructor=b\n'))).toEqual([['__proto__', 'a'], ['constructor', 'b']])
  })

  it('says where a variable was set', () => {
    expect(parse("A='\n\n'\nB=x").variables.map(([name, { origin }]) => [name, origin])).toEqual([
      ['A', { source: 'prod.env', line: 1 }],
      ['B', { source: 'prod.env', line: 4 }],
    ])
  })
})

describe('what it refuses', () => {
  it.each([
    ['hunter2-hunter2', '1:1 no-assignment'],
    ['export A', '1:8 no-assignment'],
    ['A=1\n  just text', '2:3 no-assignment'],
    ['A =hunter2', '1:3 blank-around-equals'],
    ['A= hunter2', '1:3 blank-around-equals'],
    ['9A=hunter2', '1:1 variable-name'],
    ['=hunter2', '1:1 variable-name'],
    ['export A B=hunter2', '1:8 variable-name'],
    ['hunter-2=x', '1:1 variable-name'],
    ["A='hunter2", '1:3 unterminated-quote'],
    ['A="hunter2\\"\nB=2', '1:3 unterminated-quote'],
    ["A='x'hunter2", '1:6 text-after-quote'],
    ['A="x"#hunter2', '1:6 text-after-quote'],
    ['A=x\r\nB=y', '1:4 carriage-return'],
    ['A="x"\r\nB=y', '1:6 carriage-return'],
    ['\uFEFFA=x', '1:1 byte-order-mark'],
    ['A=x\nB=y\0z', '2:4 nul-character'],
    ['A=hunter2\nB=1\nA=hunter3', '3:1 duplicate-variable'],
  ])('%j', (text, fault) => {
    const [diagnostic] = parse(text).diagnostics
    expect(faultsOf(text)).toEqual([fault])
    expect(`${diagnostic?.message} ${diagnostic?.hint}`).not.toMatch(/hunter/)
  })

  it('tells every problem at once', () => {
    expect(faultsOf('A\nB=1\nC =2\nD="3"4\n9=5\n')).toEqual(['1:1 no-assignment', '3:3 blank-around-equals', '4:6 text-after-quote', '5:1 variable-name'])
  })

  it('names the place of the first byte that is no UTF-8, even behind a genuine U+FFFD', () => {
    expect(faultsOf(Buffer.from('A=ok\nB=\xEF\xBF\xBD\xFF', 'latin1'))).toEqual(['2:4 not-utf8'])
    expect(faultsOf(Buffer.from('A=x\xC3', 'latin1'))).toEqual(['1:4 not-utf8'])
    expect(valuesOf('A=\uFFFD')).toEqual({ A: '\uFFFD' })
  })

  it('lets an equal repetition pass', () => {
    expect(valuesOf('A=1\nB=2\nA=1')).toEqual({ A: '1', B: '2' })
  })
})

describe('formatEnvironmentLine', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text.replaceAll('\0', ''), 'utf8').toString('utf8')),
    fc.string({ unit: fc.constantFrom(...'\'"\\$`# =\t\n\ranr{}()é'), maxLength: 40 }),
    fc.base64String(),
  )

  it('is read back byte for byte, whatever the value', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
        const text = values.map((each, index) => `${formatEnvironmentLine(`V${index}`, each)}\n`).join('')
        expect(Object.values(valuesOf(text))).toEqual(values)
      }),
      { numRuns: 1000 },
    )
  })

  it('reads the same to a shell that sources it, where single quotes can hold the value', async () => {
    const values = ['$HOME `id`', 'a\nb', '#x', ' blanks ', 'a\\n"b"', 'plain', '~/x', '']
    const script = `${values.map((each, index) => formatEnvironmentLine(`V${index}`, each)).join('\n')}\nprintf '%s\\0' ${values.map((_, index) => `"$V${index}"`).join(' ')}`
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script], { env: { HOME: '/nowhere', PATH: '/usr/bin:/bin' } })
    expect(stdout.split('\0').slice(0, -1)).toEqual(values)
  })

  it('refuses what no environment can hold, without showing it', () => {
    expect(() => formatEnvironmentLine('A', 'hunter2\0')).toThrow(new RangeError('the value of A cannot stand in an environment'))
    expect(() => formatEnvironmentLine('A', '\uD800')).toThrow(RangeError)
    expect(() => formatEnvironmentLine('A B', 'x')).toThrow(RangeError)
  })
})

it('never throws, whatever the bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parse(Buffer.from(bytes))))
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'AB_=\'"\\# \t\n\r9export') }), (text) => void parse(text)))
})

describe('readEnvironmentFile', () => {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'environment-file-'))))
  afterAll(() => rm(folder, { recursive: true }))

  it('reads a file', async () => {
    await writeFile(join(folder, 'ok.env'), 'A=1\n')
    const { variables } = await readEnvironmentFile(join(folder, 'ok.env'))
    expect(variables.map(([name, { value, origin }]) => [name, value.reveal(), origin.source])).toEqual([['A', '1', join(folder, 'ok.env')]])
  })

  it.each([
    ['one that is missing', 'missing.env', 'does not exist'],
    ['a folder', 'folder', 'is a directory'],
    ['one that is too large', 'large.env', 'is over 4 MiB'],
    ['a name that is none', 'nul\0.env', 'NUL'],
    ['a file taken for a folder', 'large.env/x', 'does not exist'],
  ])('refuses %s with exit 2', async (_, name, message) => {
    await mkdir(join(folder, 'folder'), { recursive: true })
    await writeFile(join(folder, 'large.env'), Buffer.alloc(4 * 1024 * 1024 + 1, 'A=1\n'))
    await expect(readEnvironmentFile(join(folder, name))).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(message) as string })
  })

  it('refuses one that this user may not read', async () => {
    await chmod(folder, 0o755)
    await writeFile(join(folder, 'closed.env'), 'A=1\n')
    await chmod(join(folder, 'closed.env'), 0)
    await expect(asNobody(() => readEnvironmentFile(join(folder, 'closed.env')))).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('may not be read') as string })
  })
})
