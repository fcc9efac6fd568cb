import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readComposeService } from '../../../src/environment/sources/compose/compose.js'

let root: string
let folder: string
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'compose-'))))
beforeEach(async () => void (folder = await mkdtemp(join(root, 'project-'))))
afterAll(() => rm(root, { recursive: true }))

async function read(
  files: Readonly<Record<string, string>>,
  { service = 'bus', shell }: { readonly service?: string; readonly shell?: Readonly<Record<string, string>> } = {},
) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return readComposeService(
    `${join(folder, 'compose.yaml')}#${service}`,
    shell === undefined ? undefined : new Map(Object.entries(shell)),
  )
}

const short = (file: string): string => file.slice(folder.length + 1)
const placed = ({
  position,
  code,
}: {
  readonly position: { readonly file: string; readonly line: number; readonly column: number }
  readonly code: string
}) => `${short(position.file)}:${position.line}:${position.column} ${code}`

async function problems(...given: Parameters<typeof read>) {
  const { diagnostics, unknown } = await read(...given)
  const all = [...diagnostics, ...unknown.map(([, reason]) => reason)]
  expect(JSON.stringify(all)).not.toContain('hunter2')
  return all.map(placed)
}
const bus = (...lines: string[]) => ['services:', '  bus:', ...lines.map((line) => `    ${line}`), ''].join('\n')

it('gives the place of each value', async () => {
  const { variables, diagnostics } = await read({
    'compose.yaml': [
      'x-log: &log { LOG: info }',
      'services:',
      '  base: { environment: { A: a } }',
      '  bus:',
      '    extends: base',
      '    env_file: [one.env, { path: raw.env, format: raw }]',
      '    environment:',
      '      <<: *log',
      '      B: b',
      '',
    ].join('\n'),
    'one.env': '# first\nC="x\ny"\nD=d\n',
    'raw.env': "\n  R='$x' # all of it \r\n",
  })
  expect(diagnostics).toEqual([])
  expect(
    Object.fromEntries(
      variables.map(([name, { value, origin }]) => [name, `${value.reveal()} ${short(origin.source)}:${origin.line}`]),
    ),
  ).toEqual({
    A: 'a compose.yaml:3',
    B: 'b compose.yaml:9',
    C: 'x\ny one.env:2',
    D: 'd one.env:4',
    LOG: 'info compose.yaml:1',
    R: "'$x' # all of it  raw.env:2",
  })
})

it('reads an env_file with a byte order mark, with carriage returns and comments, and lets a later line settle what an earlier one could not', async () => {
  const { variables, unknown, diagnostics } = await read({
    'compose.yaml': `\uFEFF${bus('env_file: a.env')}`,
    'a.env': '\uFEFFA=1\r\nB="two" # note\r\nC=$NONE\r\nC=3\r\n',
  })
  expect([diagnostics, unknown]).toEqual([[], []])
  expect(Object.fromEntries(variables.map(([name, { value }]) => [name, value.reveal()]))).toEqual({
    A: '1',
    B: 'two',
    C: '3',
  })
})

describe('what is wrong has a place', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['an interpolation', { 'compose.yaml': bus('environment:', '  A: "${"') }, ['compose.yaml:4:10 interpolation']],
    [
      'a value that YAML reads differently',
      { 'compose.yaml': bus('environment:', '  A: 1.10', '  B: 010') },
      ['compose.yaml:4:10 wrong-type', 'compose.yaml:5:10 wrong-type'],
    ],
    [
      'a number with its prefix in capitals, or with an underscore after it',
      { 'compose.yaml': bus('environment:', '  A: 0X1F', '  B: 0O7', '  C: 0B1', '  D: 0o1_7', '  E: 1_0E5') },
      [
        'compose.yaml:4:10 wrong-type',
        'compose.yaml:5:10 wrong-type',
        'compose.yaml:6:10 wrong-type',
        'compose.yaml:7:10 wrong-type',
        'compose.yaml:8:10 wrong-type',
      ],
    ],
    ['a name', { 'compose.yaml': bus('environment:', '  - hunter2 hunter2=x') }, ['compose.yaml:4:9 variable-name']],
    [
      'a name in an env_file',
      { 'compose.yaml': bus('env_file: a.env'), 'a.env': 'A=1\nhunter2%=x\n' },
      ['a.env:2:1 variable-name'],
    ],
    ['two values', { 'compose.yaml': bus('environment: [A=1, A=hunter2]') }, ['compose.yaml:3:24 duplicate-variable']],
    [
      'two values in a file',
      { 'compose.yaml': bus('env_file: a.env'), 'a.env': 'A=1\nA=hunter2\n' },
      ['a.env:2:1 duplicate-variable'],
    ],
    [
      'an env_file that is not there',
      { 'compose.yaml': bus('env_file:', '  - none.env') },
      ['compose.yaml:4:9 unreadable-file'],
    ],
    [
      'an env_file that is not UTF-8',
      { 'compose.yaml': bus('env_file: a.env'), 'a.env': 'A=\0hunter2' },
      ['a.env:1:3 nul-character'],
    ],
    [
      'a quote',
      { 'compose.yaml': bus('env_file: a.env'), 'a.env': "A=1\nB='hunter2\n" },
      ['a.env:2:3 unterminated-quote'],
    ],
    [
      'text after a quote',
      { 'compose.yaml': bus('env_file: a.env'), 'a.env': "A='x' hunter2=y\n" },
      ['a.env:1:6 text-after-quote'],
    ],
    ['a misspelt key', { 'compose.yaml': bus('enviroment: {A: x}') }, ['compose.yaml:3:5 unknown-key']],
    [
      'a misspelt key of an env_file',
      { 'compose.yaml': bus('env_file: [{path: a.env, requird: false}]') },
      ['compose.yaml:3:30 unknown-key'],
    ],
    [
      'a value that became a key',
      { 'compose.yaml': bus('env_file: [{path: a.env, required hunter2}]', 'env hunter2: x') },
      ['compose.yaml:3:30 unknown-key', 'compose.yaml:4:5 unknown-key'],
    ],
    [
      'values that became keys',
      { 'compose.yaml': bus('environment: {hunter2 x, hunter2 x}') },
      ['compose.yaml:3:30 duplicate-key'],
    ],
    [
      'an unknown format',
      { 'compose.yaml': bus('env_file: [{path: a.env, format: ini}]') },
      ['compose.yaml:3:38 invalid-value'],
    ],
    [
      'what it extends',
      { 'compose.yaml': bus('extends: {service: base, file: base.yaml}'), 'base.yaml': 'services: {}\n' },
      ['compose.yaml:3:14 unknown-service'],
    ],
    ['a circle', { 'compose.yaml': bus('extends: bus') }, ['compose.yaml:3:14 cycle']],
    [
      'a second document',
      { 'compose.yaml': `${bus('environment: {A: x}')}---\nservices: {}\n` },
      ['compose.yaml:5:1 several-documents'],
    ],
    ['no services', { 'compose.yaml': 'volumes: {}\n' }, ['compose.yaml:1:1 no-services']],
    [
      'bad YAML that quotes a secret',
      { 'compose.yaml': bus('environment:', '  A: |hunter2', '    x') },
      ['compose.yaml:4:11 yaml-syntax'],
    ],
    [
      'a key that occurs twice',
      { 'compose.yaml': bus('environment:', '  A: x', '  A: hunter2') },
      ['compose.yaml:5:7 duplicate-key'],
    ],
    ['an unknown tag', { 'compose.yaml': bus('environment: !other {}') }, ['compose.yaml:3:18 unknown-tag']],
    ['a merge of text', { 'compose.yaml': bus('environment:', '  <<: hunter2') }, ['compose.yaml:4:11 merge-key']],
    ['an unknown file name', { 'compose.yaml': bus('env_file: ${WHICH}.env') }, ['compose.yaml:3:15 unknown-value']],
    [
      'a required variable',
      { 'compose.yaml': bus('environment:', '  A: ${NONE:?hunter2 is missing}') },
      ['compose.yaml:4:10 unknown-value'],
    ],
    [
      'a dollar sign of a password',
      { 'compose.yaml': bus('environment:', '  - A=pa$hunter2', '  - B=${hunter2}') },
      ['compose.yaml:4:9 unknown-value', 'compose.yaml:5:9 unknown-value'],
    ],
    ['a variable of the shell', { 'compose.yaml': bus('environment:', '  - A') }, ['compose.yaml:4:9 unknown-value']],
    [
      'a variable of the shell in an env_file',
      { 'compose.yaml': bus('env_file: a.env'), 'a.env': 'B=1\nA\n' },
      ['a.env:2:1 unknown-value'],
    ],
    [
      'a default for what the shell may set',
      { 'compose.yaml': bus('env_file: a.env'), 'a.env': 'A\nB=${A:-d}\n' },
      ['a.env:1:1 unknown-value', 'a.env:2:1 unknown-value'],
    ],
    [
      'a .env file',
      { 'compose.yaml': bus('environment: {A: x}'), '.env': 'B="hunter2\n' },
      ['.env:1:3 unterminated-quote'],
    ],
  ])('%s', async (_, files, places) => {
    expect(await problems(files)).toEqual(places)
  })

  it('suggests the service that was meant', async () => {
    expect((await read({ 'compose.yaml': bus('image: x') }, { service: 'busd' })).diagnostics).toMatchObject([
      { code: 'unknown-service', hint: 'did you mean bus?' },
    ])
  })

  it('names the circle', async () => {
    const { diagnostics } = await read({ 'compose.yaml': 'services:\n  a: {extends: bus}\n  bus: {extends: a}\n' })
    expect(diagnostics.map(({ message }) => message)).toEqual(['the service extends itself: bus → a → bus'])
  })
})

describe('the shell', () => {
  const files = { 'compose.yaml': bus('environment:', '  A:', '  B: ${HOST}', '  C:'), '.env': 'HOST=file\n' }

  it('is unknown unless it is given', async () => {
    expect((await read(files)).unknown.map(([name]) => name)).toEqual(['A', 'C'])
  })

  it('takes precedence over .env, and what it does not set is unset', async () => {
    const { variables, unknown } = await read(files, { shell: { A: 'a', HOST: 'shell' } })
    expect(unknown).toEqual([])
    expect(variables.map(([name, { value }]) => [name, value.reveal()])).toEqual([
      ['A', 'a'],
      ['B', 'shell'],
    ])
  })
})

it.each(['compose.yaml', 'compose.yaml#', '#bus'])('%s names no service: exit 2', async (from) => {
  await expect(readComposeService(from, undefined)).rejects.toMatchObject({
    exitCode: 2,
    hint: 'write it as FILE#SERVICE',
  })
})

it('takes the last # for the separator', async () => {
  await mkdir(join(folder, 'a#b'))
  await writeFile(join(folder, 'a#b/compose.yaml'), bus('environment: {A: x}'))
  expect(
    (await readComposeService(`${folder}/a#b/compose.yaml#bus`, undefined)).variables.map(([name]) => name),
  ).toEqual(['A'])
})
