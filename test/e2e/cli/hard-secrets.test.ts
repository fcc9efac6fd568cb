import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { resultDocumentSchema } from '../../../src/checks/result/report.js'
import { hardSecrets, secretPart, standsOut } from '../../fixtures/hard-secrets.js'
import { folderOf, ownPacks, preflight } from './preflight.js'

/** Half of the variables are declared. The check shows all of their values, and so does the step. */
const declared = hardSecrets.filter((_, index) => index % 2 === 0)
const declarations = `variables:\n${declared.map(({ name }) => `  ${name}: { exposure: ${name.endsWith('_URL') ? 'dsn' : 'secret'} }\n`).join('')}`
const packWith = (variables: string): string => `stage: config
${variables}checks:
  values:
    title: a program that shows what it knows
    severity: high
    class: config
    command: { argv: [cat, values.txt] }
    expect:
      - that: facts.exitCode != 0
        message: "it said \${{ facts.stdout }}"
    fix: look at it
`
const book = `title: a step that shows what it knows
target: here
steps:
  - id: show
    run: { shell: 'cat "$1"', arguments: [values.txt] }
    effect: idempotent
    undo:
      run: { shell: 'echo undone' }
  - id: judge
    check: { select: [site/a/values], env-files: [other.env] }
  - id: stop
    run: { shell: 'exit 1' }
    effect: idempotent
`
const folder = folderOf({
  'packs/site/a.yaml': packWith(declarations),
  'books/example/show.yaml': book,
  'values.txt': hardSecrets.map((hard) => `<<${secretPart(hard)}>>\n`).join(''),
  'prod.env': hardSecrets.map(({ name, value }) => `${name}='${value}'\n`).join(''),
  'books/example/other.env': 'OTHER_PIN=4712\n',
})
const environment = { XDG_STATE_HOME: join(folder, 'state') }
const environmentFile = ['--env-file', 'prod.env'] as const
const books = ['--runbooks', 'books', ...ownPacks] as const

/** Every command that takes an environment; each shows what it can, and the later ones go on from the ones before. */
const commands: readonly (readonly [string, readonly string[]])[] = [
  ['plan', ['plan', ...ownPacks, ...environmentFile]],
  ['run', ['run', ...ownPacks, ...environmentFile, '--output', 'result.json']],
  ['run, in JSON', ['run', ...ownPacks, ...environmentFile, '--format', 'json']],
  ['run --capture-on-failure', ['run', ...ownPacks, ...environmentFile, '--capture-on-failure', 'out']],
  ['probe', ['probe', 'command', 'argv=[cat, values.txt]', ...ownPacks, ...environmentFile]],
  ['inputs', ['inputs', ...ownPacks, ...environmentFile]],
  ['exec', ['exec', ...ownPacks, ...environmentFile, '--', 'true']],
  ['report', ['report', 'result.json', '--format', 'html']],
  ['snapshot', ['snapshot', ...ownPacks, ...environmentFile]],
  ['redact', ['redact', 'values.txt', ...ownPacks, ...environmentFile]],
  ['redact --check', ['redact', '--check', 'values.txt', ...ownPacks, ...environmentFile]],
  ['incident capture', ['incident', 'capture', ...ownPacks, ...environmentFile, '--output', 'out']],
  ['incident verify', ['incident', 'verify', 'BUNDLE', ...ownPacks, ...environmentFile]],
  ['runbook plan', ['runbook', 'plan', 'example/show', ...books, ...environmentFile]],
  ['runbook practice', ['runbook', 'practice', 'example/show', ...books, ...environmentFile]],
  ['runbook run', ['runbook', 'run', 'example/show', ...books, ...environmentFile]],
  ['runbook resume', ['runbook', 'resume', 'last', ...books, ...environmentFile]],
  ['runbook undo', ['runbook', 'undo', '2', '--reason', 'a test', ...books, ...environmentFile]],
]

interface Output {
  readonly exitCode: number | null
  readonly text: string
}

const outputs = new Map<string, Output>()
beforeAll(async () => {
  for (const [title, args] of commands) {
    const bundle = args.includes('BUNDLE')
      ? join(
          'out',
          readdirSync(join(folder, 'out')).find((name) => name.endsWith('.tar.gz'))!,
        )
      : ''
    const { exitCode, stdout, stderr } = await preflight(
      args.map((arg) => (arg === 'BUNDLE' ? bundle : arg)),
      { cwd: folder, environment },
    )
    outputs.set(title, { exitCode, text: `${stdout}\n${stderr}`.replaceAll('&lt;', '<').replaceAll('&gt;', '>') })
  }
}, 120_000)

const shown = (title: string, value: string): boolean => outputs.get(title)!.text.includes(`<<${value}>>`)

describe.each(commands)('%s', (title) => {
  it.each(hardSecrets.filter(({ becomes }) => becomes !== 'absent'))('$kind: masked, or named', (hard) => {
    if (hard.becomes === 'named')
      expect(outputs.get(title)!.text).toMatch(new RegExp(`too common[^:]*:[^:]*\\b${hard.name}\\b`))
    else expect(shown(title, secretPart(hard))).toBe(false)
  })

  it('names none that is masked or empty', () => {
    const { text } = outputs.get(title)!
    for (const { name, becomes } of hardSecrets.filter(({ name }) => name !== 'OWN_PASSWORD'))
      if (becomes !== 'named') expect(text).not.toMatch(new RegExp(`too common[^:]*:[^:]*\\b${name}\\b`))
  })
})

it.each(['run', 'report', 'run, in JSON', 'run --capture-on-failure', 'incident capture', 'redact', 'runbook run'])(
  '%s shows what is only named, so that naming it is needed',
  (title) => {
    expect(shown(title, '4711')).toBe(true)
  },
)

it('redact --check ends with 1 for what is only named, each kind alone', async () => {
  for (const hard of hardSecrets.filter(standsOut)) {
    const place = folderOf({
      'packs/site/a.yaml': packWith(''),
      'values.txt': `it is ${secretPart(hard)}.\n`,
      'prod.env': `${hard.name}='${hard.value}'\n`,
    })
    const { exitCode, stdout, stderr } = await preflight(
      ['redact', '--check', 'values.txt', ...ownPacks, ...environmentFile],
      { cwd: place, environment },
    )
    // Of a variable that only the lack of a declaration makes a secret, a common word says nothing.
    expect({ kind: hard.kind, exitCode, stdout }).toEqual({
      kind: hard.kind,
      exitCode: hard.name === 'OPTION' ? 0 : 1,
      stdout: '',
    })
    expect(stderr).toContain(hard.name)
  }
}, 120_000)

it('a step that judges another environment names what cannot be masked of that', () => {
  expect(outputs.get('runbook run')!.text).toMatch(/too common[^:]*: OTHER_PIN\b/)
})

it('the results are whole: a word of the document is not masked in its keys', () => {
  const { run, notices } = resultDocumentSchema.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')))
  expect(run.profile).toBe('prod')
  expect(notices?.some((notice) => notice.includes('DOOR_PIN'))).toBe(true)
})

it('every command that can be given an environment is among these', () => {
  const root = join(import.meta.dirname, '../../../commands')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const given = files
    .filter((file) =>
      /environmentFlags\b(?!\.input)|parameterFlags|secretFlags/.test(
        readFileSync(join(root, file), 'utf8').replace(/^import .*$/gm, ''),
      ),
    )
    .map((file) => file.replace(/\.ts$/, '').replaceAll('/', ' '))
  // init writes where the environment is, doctor counts its variables: no value of it is shown.
  expect(given.filter((command) => !commands.some(([title]) => title === command)).sort()).toEqual(['doctor', 'init'])
  expect(given.length).toBeGreaterThanOrEqual(11)
})
