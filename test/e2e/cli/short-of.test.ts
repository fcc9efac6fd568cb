import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { program } from '../program.js'
import { folderOf, ownPacks, preflight, regionPack } from './preflight.js'

const books = join(import.meta.dirname, '../runbooks/crash/books')
const run = ['run', ...ownPacks, '--env-file', 'eu.env', '--output', 'result.json']
const commands: readonly (readonly string[])[] = [
  ['--version'],
  run,
  ['runbook', 'run', 'example/five-steps', '--no-builtin', '--runbooks', books, '--param', 'log=log'],
  ['list', ...ownPacks],
  ['incident', 'capture', ...ownPacks, '--env-file', 'eu.env'],
  ['redact', '--env-shell'],
]

function place(): string {
  return folderOf({ 'packs/site/a.yaml': regionPack, 'eu.env': 'REGION=eu\n' })
}

/** Starts the program from a shell text, in which `"$@"` is the program with its arguments. */
function fromShell(text: string, args: readonly string[], cwd: string) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, CI: 'true' }
  const { status, stdout, stderr } = spawnSync('bash', ['-c', text, 'bash', process.execPath, '--', program, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { status, stdout, stderr }
}

/** Shell texts of a start that cannot succeed, and what is said of it. */
const refused: readonly (readonly [string, string, RegExp])[] = [
  // Node itself needs eighteen to read the first line of a program.
  ...[20, 40].map(
    (limit) => [`${limit} file descriptors`, `ulimit -n ${limit}; exec "$@"`, /file descriptors/] as const,
  ),
  [
    'descriptors that are taken',
    'ulimit -n 256; for each in $(seq 20 240); do eval "exec $each</dev/null"; done; exec "$@"',
    /too few file descriptors/,
  ],
  [
    'a working directory that is gone',
    'mkdir gone; cd gone; rmdir ../gone; exec "$@"',
    /working directory no longer exists/,
  ],
  ['a relative HOME', 'HOME=home exec "$@"', /HOME is not an absolute path/],
  ['an empty HOME', 'HOME= exec "$@"', /HOME is empty/],
  ['a small heap', 'node=$1; shift; exec "$node" --max-old-space-size=16 "$@"', /too little memory/],
]

/** What refuses a start looks at no command: each obstacle takes another one, and all of them with PREFLIGHT_DEEP. */
const isDeep = process.env['PREFLIGHT_DEEP'] !== undefined
const refusable = commands.slice(1)
const started = refused.map(
  ([name, text, message], index) =>
    [name, text, message, isDeep ? refusable : [refusable[index % refusable.length]!]] as const,
)

describe.each(started)('%s', (_, text, message, tried) => {
  it('--version needs none of it', () => {
    expect(fromShell(text, ['--version'], place())).toMatchObject({ status: 0, stderr: '' })
  })

  it.each(tried.map((words) => [words.join(' '), words]))('%s: one message, and exit code 2', (_words, words) => {
    const { status, stdout, stderr } = fromShell(text, words, place())
    expect({ status, stdout }, stderr).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^Error: [^\n]+\nHint: {2}[^\n]+\n$/)
  })
})

it.each(isDeep ? [19, 24, 28, 34, 40, 48, 54] : [19, 28, 54])(
  '%d file descriptors: one message, and exit code 2',
  (limit) => {
    const { status, stderr } = fromShell(`ulimit -n ${limit}; exec "$@"`, ['run'], '/')
    expect(status, stderr).toBe(2)
    expect(stderr).toMatch(/^Error: [^\n]*file descriptors[^\n]*\nHint: {2}[^\n]+\n$/)
  },
)

/**
 * What a command ends with in a place where not everything works: what it cannot keep does not change what it judged.
 */
const impaired: readonly (readonly [string, Readonly<Record<string, string>>, readonly number[]])[] = [
  ['HOME in /proc', { HOME: '/proc/1/home' }, [0, 0, 74, 0, 74, 0]],
  ['HOME below a device', { HOME: '/dev/null/home' }, [0, 0, 74, 0, 74, 0]],
  [
    'relative XDG folders',
    { XDG_STATE_HOME: 'a', XDG_CONFIG_HOME: 'b', XDG_DATA_HOME: 'c', XDG_CACHE_HOME: 'd' },
    [0, 0, 0, 0, 0, 0],
  ],
  ['no TMPDIR', { TMPDIR: '/proc/nowhere' }, [0, 0, 0, 0, 0, 0]],
]

describe.each(impaired)('%s', (_, environment, expected) => {
  it.each(commands.map((words, index) => [words.join(' '), words, expected[index]!] as const))(
    '%s',
    async (_words, words, exitCode) => {
      const cwd = place()
      const ended = await preflight(words, { cwd, environment: { HOME: cwd, ...environment } })
      expect(ended.exitCode, ended.stdout + ended.stderr).toBe(exitCode)
      expect(ended.stderr).not.toMatch(/Internal error|\(node:/)
    },
  )
})

it.each([
  ['selftest', ['selftest']],
  [
    'a practice',
    ['runbook', 'practice', 'example/five-steps', '--no-builtin', '--runbooks', books, '--param', 'log=log'],
  ],
  ['the sandbox', ['sandbox', 'run']],
])('%s says that it needs a folder for temporary files', async (_, words) => {
  const { exitCode, stderr } = await preflight(words, { environment: { TMPDIR: '/proc/nowhere' } })
  expect(exitCode, stderr).toBe(2)
  expect(stderr).toContain('cannot make a folder for temporary files in /proc/nowhere')
})

it('selftest says that its peers need more file descriptors than a run', () => {
  const { status, stderr } = fromShell('ulimit -n 64; exec "$@"', ['selftest'], place())
  expect(status, stderr).toBe(2)
  expect(stderr).toMatch(/^Error: too few file descriptors: the limit is 64, [^\n]+\nHint: {2}[^\n]+\n$/)
})

it('history says that the state folder cannot be read', async () => {
  const { exitCode, stderr } = await preflight(['history'], { environment: { HOME: '/dev/null/home' } })
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/^Error: the folder \/dev\/null\/home\S+ cannot be read: ENOTDIR/)
})

it('a run with too few file descriptors leaves no green of an earlier one', async () => {
  const cwd = place()
  expect(await preflight(run, { cwd })).toMatchObject({ exitCode: 0 })
  expect(existsSync(join(cwd, 'result.json'))).toBe(true)
  expect(fromShell('ulimit -n 20; exec "$@"', run, cwd)).toMatchObject({ status: 2 })
  expect(existsSync(join(cwd, 'result.json'))).toBe(false)
})

describe('a program that is not whole', () => {
  function startedIn(folder: string) {
    const { status, stderr } = spawnSync(process.execPath, ['--', join(folder, 'bin/run.js'), 'run'], {
      encoding: 'utf8',
    })
    return { status, stderr }
  }
  function bareProgram(): string {
    const folder = mkdtempSync(join(tmpdir(), 'preflight-bare-'))
    mkdirSync(join(folder, 'bin'))
    for (const file of ['run.js', 'package.json']) copyFileSync(join(program, '..', file), join(folder, 'bin', file))
    copyFileSync(join(program, '../../package.json'), join(folder, 'package.json'))
    return folder
  }

  it('a checkout without a build', () => {
    const { status, stderr } = startedIn(bareProgram())
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /^Error: preflight is not built: module '[^']+' not found\nHint: {2}run `npm run build`[^\n]+\n$/,
    )
  })

  it('an installation without the program itself', () => {
    const folder = bareProgram()
    mkdirSync(join(folder, 'dist'))
    copyFileSync(join(program, '../../dist/launch.cjs'), join(folder, 'dist/launch.cjs'))
    const { status, stderr } = startedIn(folder)
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /^Error: preflight is not installed completely: '[^']+preflight\.cjs' not found\nHint: {2}[^\n]+\n$/,
    )
  })
})
