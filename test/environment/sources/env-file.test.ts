import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asNobody } from '../../as-nobody.js'
import { parseEnvironmentFile, readEnvironmentFile } from '../../../src/environment/sources/read-environment.js'

const parse = (text: string | Buffer) => parseEnvironmentFile(Buffer.from(text as string), 'prod.env')
const valuesOf = (text: string | Buffer) => {
  const { variables, diagnostics } = parse(text)
  expect(diagnostics).toEqual([])
  return Object.fromEntries(variables.map(([name, { value }]) => [name, value.reveal()]))
}
const faultsOf = (text: string | Buffer) =>
  parse(text).diagnostics.map(({ position, code }) => `${position.line}:${position.column} ${code}`)

describe('the grammar', () => {
  it.each([
    ['A=x', 'x'],
    [' \tA=x', 'x'],
    ['A=', ''],
    ['A=x#y', 'x#y'],
    ['A=#x', '#x'],
    ['A=a=b', 'a=b'],
    ['A=pa$', 'pa$'],
    ['A=x:y@z/%40?q[1]*{}!,^', 'x:y@z/%40?q[1]*{}!,^'],
    ["A=' x # \\n $Y `id` \"~; '", ' x # \\n $Y `id` "~; '],
    ["A='x' \t", 'x'],
    ["A=''", ''],
    ['A="it\'s # a \\d; $ (x)"', "it's # a \\d; $ (x)"],
    ['A=zażółć', 'zażółć'],
  ])('%j', (line, value) => {
    expect(valuesOf(line)).toEqual({ A: value })
    expect(valuesOf(`# first\n\n${line}\nB=2\n`)).toEqual({ A: value, B: '2' })
  })

  it('lets a name be any name', () => {
    expect(Object.entries(valuesOf('__proto__=a\nconstructor=b\n'))).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })

  it('says where a variable was set', () => {
    expect(parse("A='1'\n\n\nB=x").variables.map(([name, { origin }]) => [name, origin])).toEqual([
      ['A', { source: 'prod.env', line: 1 }],
      ['B', { source: 'prod.env', line: 4 }],
    ])
  })
})

describe('what it refuses', () => {
  it.each([
    ['hunter2-hunter2', '1:1 no-assignment'],
    ['A', '1:1 no-assignment'],
    ['export A=hunter2', '1:1 export'],
    ['A=1\n  just text', '2:3 no-assignment'],
    ['A =hunter2', '1:3 blank-around-equals'],
    ['A= hunter2', '1:3 blank-around-equals'],
    ['A=   ', '1:3 blank-around-equals'],
    ['A= # a comment', '1:3 blank-around-equals'],
    ['A=hunter2  \t', '1:10 blank-at-end'],
    ['A=hunter2 # a comment', '1:10 comment-after-value'],
    ["A='hunter2' # a comment", '1:12 comment-after-value'],
    ['A=hunter2 y', '1:10 second-word'],
    ['A=hunter2 B=2', '1:10 second-assignment'],
    ['A="hunter2" B=2', '1:12 second-assignment'],
    ['A=$HUNTER', '1:3 reference'],
    ['A=x${hunter}', '1:4 reference'],
    ['A="x$hunter"', '1:5 reference'],
    ["A='x${hunter}'", '1:5 reference'],
    ['A=$(cat hunter)', '1:3 reference'],
    ['A=`hunter`', '1:3 backquote'],
    ['A="`hunter`"', '1:4 backquote'],
    ['A=hunter\\n', '1:9 backslash'],
    ['A="hunter\\n"', '1:10 backslash'],
    ['A="hunter\\\\d"', '1:10 backslash'],
    ['A="hunter\\"d"', '1:10 backslash'],
    ["A='hunter\\\\d'", '1:10 backslash'],
    ["A='hunter\\'", '1:10 backslash'],
    ['A=hunter;B=2', '1:9 shell-operator'],
    ['A=hunter&', '1:9 shell-operator'],
    ['A=~/hunter', '1:3 home-folder'],
    ['A=x:~hunter', '1:4 home-folder'],
    ['A=hunter"2"', '1:9 quote-within'],
    ['A=hunter\u00a0', '1:9 rare-blank'],
    ['UID=hunter2', '1:1 shell-variable'],
    ["A='hunter2\n2'", '1:3 several-lines'],
    ['9A=hunter2', '1:1 variable-name'],
    ['=hunter2', '1:1 variable-name'],
    ['\u00a0A=hunter2', '1:1 variable-name'],
    ['hunter-2=x', '1:1 variable-name'],
    ["A='hunter2", '1:3 unterminated-quote'],
    ['A="hunter2\\"\nB=2', '1:3 unterminated-quote'],
    ["A='x'hunter2", '1:6 text-after-quote'],
    ['A="x"#hunter2', '1:6 text-after-quote'],
    ['A=x\r\nB=y', '1:4 carriage-return'],
    ['A="x"\r\nB=y', '1:6 carriage-return'],
    ['# hunter2\\\nB=y', '1:10 continued-comment'],
    ['\uFEFFA=x', '1:1 byte-order-mark'],
    ['A=x\nB=y\0z', '2:4 nul-character'],
    ['A=hunter2\nB=1\nA=hunter3', '3:1 duplicate-variable'],
  ])('%j', (text, fault) => {
    const [diagnostic] = parse(text).diagnostics
    expect(faultsOf(text)).toEqual([fault])
    expect(`${diagnostic?.message} ${diagnostic?.hint}`).not.toMatch(/hunter/i)
  })

  it('tells every problem at once', () => {
    expect(faultsOf('A\nB=1\nC =2\nD="3"4\n9=5\n')).toEqual([
      '1:1 no-assignment',
      '3:3 blank-around-equals',
      '4:6 text-after-quote',
      '5:1 variable-name',
    ])
  })

  it('names the place of the first byte that is not UTF-8, even behind a genuine U+FFFD', () => {
    expect(faultsOf(Buffer.from('A=ok\nB=\xEF\xBF\xBD\xFF', 'latin1'))).toEqual(['2:4 not-utf8'])
    expect(faultsOf(Buffer.from('A=x\xC3', 'latin1'))).toEqual(['1:4 not-utf8'])
    expect(valuesOf('A=\uFFFD')).toEqual({ A: '\uFFFD' })
  })

  it('lets an equal repetition pass', () => {
    expect(valuesOf('A=1\nB=2\nA=1')).toEqual({ A: '1', B: '2' })
  })
})

it('names for a difference the readers that differ, and a cure', () => {
  const differing = parse(
    ['A=$B', 'export A=1', 'A=1 B=2', 'A="\\n"', 'A=a;b', 'A=x # y', "A='${B}'", ''].join('\n'),
  ).diagnostics
  expect(differing).toHaveLength(7)
  for (const { message, hint } of differing) {
    for (const reader of [/python-dotenv/, /a shell/, /systemd/, /docker/]) expect(message).toMatch(reader)
    expect(hint).toMatch(/write|quotes|--env-reader|its own/)
  }
})

it('says once that docker keeps quotes, and not where there are none', () => {
  expect(parse('A="1"\nB=\'2\'\n').notices).toEqual([expect.stringContaining('--env-docker')])
  expect(parse('A=1\n').notices).toEqual([])
})

it('is what systemd itself reads, wherever nothing is refused', () => {
  const recording = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../fixtures/environment/systemd.json'), 'utf8'),
  ) as { readonly cases: readonly (readonly [string, readonly (readonly [string, string])[] | null])[] }
  const accepted = recording.cases.filter(([text]) => parse(text).diagnostics.length === 0)
  expect(accepted.length).toBeGreaterThan(20)
  for (const [text, pairs] of accepted) expect(Object.entries(valuesOf(text)), JSON.stringify(text)).toEqual(pairs)
})

it('never throws, whatever the bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parse(Buffer.from(bytes))))
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'AB_=\'"\\# \t\n\r9export') }), (text) => void parse(text)),
  )
})

describe('readEnvironmentFile', () => {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'environment-file-'))))
  afterAll(() => rm(folder, { recursive: true }))

  it('reads a file', async () => {
    await writeFile(join(folder, 'ok.env'), 'A=1\n')
    const { variables } = await readEnvironmentFile(join(folder, 'ok.env'))
    expect(variables.map(([name, { value, origin }]) => [name, value.reveal(), origin.source])).toEqual([
      ['A', '1', join(folder, 'ok.env')],
    ])
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
    await expect(readEnvironmentFile(join(folder, name))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message) as string,
    })
  })

  it('refuses one that this user may not read', async () => {
    await chmod(folder, 0o755)
    await writeFile(join(folder, 'closed.env'), 'A=1\n')
    await chmod(join(folder, 'closed.env'), 0)
    await expect(asNobody(() => readEnvironmentFile(join(folder, 'closed.env')))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('is not readable') as string,
    })
  })
})
