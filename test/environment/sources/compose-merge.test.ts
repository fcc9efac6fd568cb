import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readComposeService } from '../../../src/environment/sources/compose/compose.js'
import { readEnvironmentSources } from '../../../src/environment/sources/read-source.js'

let root: string
let folder: string
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'compose-merge-'))))
beforeEach(async () => void (folder = await mkdtemp(join(root, 'project-'))))
afterAll(() => rm(root, { recursive: true }))

type Files = Readonly<Record<string, string>>

async function write(files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

/** What is read of files that are named in turn, each for the service `bus`, and what is wrong with them. */
async function merged(files: Files, names: readonly string[]) {
  await write(files)
  const read = await readEnvironmentSources(
    names.map((name) => ({ compose: `${join(folder, name)}#bus` })),
    undefined,
  )
  expect(read).toHaveLength(1)
  return summary(read[0]!)
}

async function single(files: Files, name: string) {
  await write(files)
  return summary(await readComposeService(`${join(folder, name)}#bus`, undefined))
}

function summary({ variables, unknown, diagnostics, notices }: Awaited<ReturnType<typeof readComposeService>>) {
  return {
    variables: Object.fromEntries(variables.map(([name, { value }]) => [name, value.reveal()])),
    places: Object.fromEntries(variables.map(([name, { origin }]) => [name, origin.source.slice(folder.length + 1)])),
    wrong: [...diagnostics.map(({ code }) => code), ...unknown.map(([name]) => name)],
    notices: notices.map((notice) => notice.replaceAll(`${folder}/`, '')),
  }
}

const bus = (...lines: string[]) => ['services:', '  bus:', ...lines.map((line) => `    ${line}`), ''].join('\n')
const envFiles = { 'foo.env': 'A=foo\nF=foo\n', 'bar.env': 'A=bar\nB=bar\n', 'baz.env': 'A=baz\n' }

/**
 * The Compose specification's page "Merge" (docs.docker.com/reference/compose-file/merge): mappings by key, lists
 * appended, `!reset` and `!override`; "Merge Compose files"
 * (docs.docker.com/compose/how-tos/multiple-compose-files/merge): variables by name, paths relative to the first file;
 * and compose-go's own cases of `environment` and `env_file` (override/merge_environment_test.go,
 * merge_env_file_test.go).
 */
describe('two files, as Compose merges them', () => {
  it.each<[string, string, string, Readonly<Record<string, string>>]>([
    [
      'mappings by name',
      bus('environment: { A: one, B: one }'),
      bus('environment: { B: two, C: two }'),
      { A: 'one', B: 'two', C: 'two' },
    ],
    [
      'lists by name',
      bus('environment: [A=one, B=one]'),
      bus('environment: [B=two, C=two, EMPTY=]'),
      { A: 'one', B: 'two', C: 'two', EMPTY: '' },
    ],
    [
      'a mapping and a list',
      bus('environment: { A: one, B: one }'),
      bus('environment: [B=two]'),
      { A: 'one', B: 'two' },
    ],
    [
      'a list and a mapping',
      bus('environment: [A=one, B=one]'),
      bus('environment: { B: two }'),
      { A: 'one', B: 'two' },
    ],
    ['nothing in the later one', bus('environment: { A: one }'), bus('environment:'), { A: 'one' }],
    [
      'a later file that is silent of the service',
      bus('environment: { A: one }'),
      'services: { other: { image: x } }\n',
      { A: 'one' },
    ],
    ['a later file without services', bus('environment: { A: one }'), 'volumes: {}\n', { A: 'one' }],
    ['a service that the later one only names', bus('environment: { A: one }'), 'services: { bus: }\n', { A: 'one' }],
    [
      'a service that only the later one has',
      'services: { other: { image: x } }\n',
      bus('environment: { A: two }'),
      { A: 'two' },
    ],
    [
      'env_files, one after the other',
      bus('env_file: foo.env'),
      bus('env_file: [bar.env, baz.env]'),
      { A: 'baz', B: 'bar', F: 'foo' },
    ],
    [
      'an env_file that is named again keeps its place',
      bus('env_file: [bar.env, foo.env]'),
      bus('env_file: bar.env'),
      { A: 'foo', B: 'bar', F: 'foo' },
    ],
    [
      'environment takes precedence over the env_file of a later file',
      bus('environment: { A: one }'),
      bus('env_file: bar.env'),
      { A: 'one', B: 'bar' },
    ],
    [
      'what each extends',
      'services:\n  base: { environment: { A: base, B: base } }\n  bus: { extends: base, environment: { B: one } }\n',
      'services:\n  more: { environment: { B: more, C: more } }\n  bus: { extends: more }\n',
      { A: 'base', B: 'more', C: 'more' },
    ],
    [
      '!reset takes all away',
      bus('environment: { A: one }', 'env_file: foo.env'),
      bus('environment: !reset {}'),
      { A: 'foo', F: 'foo' },
    ],
    [
      '!reset of a list',
      bus('environment: { A: one }', 'env_file: [foo.env, bar.env]'),
      bus('env_file: !reset []'),
      { A: 'one' },
    ],
    [
      '!reset of nothing',
      bus('env_file: foo.env', 'environment: { A: one }'),
      bus('env_file: !reset null'),
      { A: 'one' },
    ],
    [
      '!reset of one variable',
      bus('environment: { A: one, B: one }'),
      bus('environment: { A: !reset null }'),
      { B: 'one' },
    ],
    [
      '!override replaces',
      bus('environment: { A: one, B: one }'),
      bus('environment: !override { B: two }'),
      { B: 'two' },
    ],
    ['!override of env_files', bus('env_file: foo.env'), bus('env_file: !override [baz.env]'), { A: 'baz' }],
    [
      '!override of a service',
      bus('environment: { A: one }', 'env_file: foo.env'),
      'services:\n  bus: !override\n    environment: { B: two }\n',
      { B: 'two' },
    ],
    [
      'tags of what is not read',
      bus('environment: { A: one }', 'ports: [1, 2]'),
      bus('ports: !reset []', 'dns: !override [1.1.1.1]'),
      { A: 'one' },
    ],
  ])('%s', async (_, one, two, variables) => {
    const read = await merged({ ...envFiles, 'one.yaml': one, 'two.yaml': two }, ['one.yaml', 'two.yaml'])
    expect(read).toMatchObject({ variables, wrong: [], notices: [] })
    expect(Object.keys(read.variables).sort()).toEqual(Object.keys(variables).sort())
  })

  it('fills each in from the .env beside the first, and takes paths relative to the first', async () => {
    const read = await merged(
      {
        '.env': 'WHERE=first\n',
        'sub/.env': 'WHERE=sub\n',
        'one.yaml': bus('environment: { A: one }'),
        'sub/two.yaml': bus('environment: ["B=${WHERE}"]', 'env_file: sub/c.env'),
        'sub/c.env': 'C=c\n',
      },
      ['one.yaml', 'sub/two.yaml'],
    )
    expect(read).toMatchObject({
      variables: { A: 'one', B: 'first', C: 'c' },
      places: { A: 'one.yaml', B: 'sub/two.yaml', C: 'sub/c.env' },
      wrong: [],
    })
  })

  it('lets a later file settle a value that is not known, and leave one open', async () => {
    expect(
      await merged({ 'one.yaml': bus('environment: [A, B=x]'), 'two.yaml': bus('environment: [A=known, B]') }, [
        'one.yaml',
        'two.yaml',
      ]),
    ).toMatchObject({ variables: { A: 'known' }, wrong: ['B'] })
  })

  it('says what is wrong: a service of none, another tag', async () => {
    expect(
      await merged({ 'one.yaml': bus('image: x').replace('bus', 'other'), 'two.yaml': 'volumes: {}\n' }, [
        'one.yaml',
        'two.yaml',
      ]),
    ).toMatchObject({ wrong: ['unknown-service'] })
    expect(
      await merged({ 'one.yaml': bus('environment: [A=one]'), 'two.yaml': bus('environment: [!reset A=one]') }, [
        'one.yaml',
        'two.yaml',
      ]),
    ).toMatchObject({ wrong: ['unknown-tag'] })
    expect(
      await merged({ 'one.yaml': bus('environment: { A: one }'), 'two.yaml': bus('environment: !other { A: two }') }, [
        'one.yaml',
        'two.yaml',
      ]),
    ).toMatchObject({ variables: {}, wrong: ['unknown-tag'] })
  })

  it('keeps services of different names apart, and sources that are not named one after the other', async () => {
    await write({
      ...envFiles,
      'one.yaml': 'services: { bus: { environment: { A: one } }, edge: { environment: { A: two } } }\n',
    })
    const compose = (name: string) => ({ compose: `${join(folder, 'one.yaml')}#${name}` })
    expect(await readEnvironmentSources([compose('bus'), compose('edge')], undefined)).toHaveLength(2)
    expect(
      await readEnvironmentSources([compose('bus'), { docker: join(folder, 'foo.env') }, compose('bus')], undefined),
    ).toHaveLength(3)
  })
})

/** compose-go, cli/options.go: `DefaultFileNames`, `DefaultOverrideFileNames`, the first that is there of each. */
describe('the override file that Compose finds by itself', () => {
  const base = bus('environment: { A: one }')
  const override = bus('environment: { A: two }')

  it.each([
    ['compose.yaml', 'compose.override.yaml'],
    ['compose.yml', 'compose.override.yml'],
    ['docker-compose.yml', 'docker-compose.override.yml'],
    ['compose.yaml', 'docker-compose.override.yaml'],
  ])('%s with %s, which a notice tells', async (name, beside) => {
    const read = await single({ [name]: base, [beside]: override }, name)
    expect(read).toMatchObject({
      variables: { A: 'two' },
      places: { A: beside },
      wrong: [],
      notices: [expect.stringContaining(`${beside} is merged over ${name}, as Compose does by default; `) as string],
    })
  })

  it('is one of several: the first counts, and the notice names the others', async () => {
    const read = await single(
      {
        'compose.yaml': base,
        'compose.override.yaml': bus('environment: { A: three }'),
        'compose.override.yml': override,
      },
      'compose.yaml',
    )
    expect(read).toMatchObject({
      variables: { A: 'two' },
      notices: [expect.stringContaining('(Compose ignores compose.override.yaml)') as string],
    })
  })

  it('is not looked for where the file is one that Compose has to be given', async () => {
    expect(await single({ 'prod.yaml': base, 'compose.override.yaml': override }, 'prod.yaml')).toMatchObject({
      variables: { A: 'one' },
      notices: [],
    })
    expect(
      await single(
        { 'docker-compose.yml': base, 'compose.yaml': base, 'compose.override.yaml': override },
        'docker-compose.yml',
      ),
    ).toMatchObject({ variables: { A: 'one' }, notices: [] })
  })

  it('is not looked for where several files are named', async () => {
    const files = {
      'compose.yaml': base,
      'compose.override.yaml': override,
      'prod.yaml': bus('environment: { B: prod }'),
    }
    expect(await merged(files, ['compose.yaml', 'prod.yaml'])).toMatchObject({
      variables: { A: 'one', B: 'prod' },
      notices: [],
    })
    expect(await merged(files, ['compose.yaml', 'compose.yaml'])).toMatchObject({
      variables: { A: 'one' },
      notices: [],
    })
  })

  it('and COMPOSE_FILE, which names others, has a notice', async () => {
    expect(
      await single({ 'compose.yaml': base, '.env': 'COMPOSE_FILE=compose.yaml:prod.yaml\n' }, 'compose.yaml'),
    ).toMatchObject({ variables: { A: 'one' }, notices: [expect.stringContaining('COMPOSE_FILE is set') as string] })
  })
})
