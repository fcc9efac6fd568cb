import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, ownPacks, preflight, regionPack } from './preflight.js'

const folder = folderOf({
  'packs/site/a.yaml': regionPack,
  'more/other/b.yaml':
    'stage: config\nchecks:\n  set:\n    title: a variable is set\n    severity: high\n    class: config\n    env: { name: REGION }\n    expect: [{ that: facts.set }]\n    fix: set it\n',
  'eu.env': 'REGION=eu\n',
  'us.env': 'REGION=us\n',
  'none.env': '# nothing\n',
})

async function result(...args: string[]): Promise<ResultDocument> {
  const { stdout, stderr } = await preflight(['run', ...ownPacks, '--format', 'json', ...args], { cwd: folder })
  expect(stdout, stderr).not.toBe('')
  return JSON.parse(stdout) as ResultDocument
}
const statusesOf = (document: ResultDocument) =>
  Object.fromEntries(document.checks.map(({ id, status }) => [id, status]))

describe('a selector after each repeatable flag is a selector', () => {
  it.each([
    ['--env-file', 'eu.env'],
    ['--checks', 'more'],
    ['--skip', 'site/a/hint'],
    ['--stage', 'config'],
    ['--input', 'wanted=eu'],
  ])('%s', async (flag, value) => {
    const environment = flag === '--env-file' ? [] : ['--env-file', 'eu.env']
    const document = await result(...environment, flag, value, 'site/a/region')
    expect(document.run.selection.selectors).toEqual(['site/a/region'])
    expect(Object.keys(statusesOf(document))).toEqual(['site/a/region'])
    expect(document.exitCode).toBe(0)
  })
})

describe('the exit code is the same in every format and at every concurrency', () => {
  it.each([
    ['a go', ['--env-file', 'eu.env'], 0],
    ['a failure', ['--env-file', 'none.env'], 1],
    ['a time-out', ['--env-file', 'eu.env', '--input', 'program=sleep,20', '--timeout', '300ms'], 4],
    ['a warning that counts', ['--env-file', 'us.env', '--input', 'wanted=us', '--fail-on-warn'], 5],
  ])('%s', async (_, args, exitCode) => {
    const runs = ['human', 'json'].flatMap((format) =>
      ['1', '2', '512'].map((concurrency) =>
        preflight(['run', ...ownPacks, ...args, '--format', format, '--concurrency', concurrency], { cwd: folder }),
      ),
    )
    expect((await Promise.all(runs)).map((ended) => ended.exitCode)).toEqual(runs.map(() => exitCode))
  })
})

describe('flags do what they say', () => {
  it('--skip is listed, and a go of a part says so', async () => {
    const document = await result('--env-file', 'eu.env', '--skip', 'site/a/slow')
    expect(document.run.selection).toMatchObject({ skipped: ['site/a/slow'], deselectedIds: ['site/a/slow'] })
    expect(document.counts).toMatchObject({ declared: 3, selected: 2, deselected: 1 })
    const { stdout } = await preflight(['run', ...ownPacks, '--env-file', 'eu.env', '--skip', 'site/a/slow'], {
      cwd: folder,
    })
    expect(stdout).toMatch(/Skipped with --skip \(1\)\n {2}site\/a: slow/)
    expect(stdout).toContain('GO FOR A PART ONLY')
  })

  it('--before-start leaves the runtime stage out, --after-start leaves only that', async () => {
    expect(Object.keys(statusesOf(await result('--env-file', 'eu.env', '--before-start')))).toEqual([
      'site/a/region',
      'site/a/hint',
    ])
    expect(Object.keys(statusesOf(await result('--env-file', 'eu.env', '--after-start')))).toEqual(['site/a/slow'])
  })

  it('--fail-fast starts nothing more, and names what stopped it', async () => {
    const document = await result('--env-file', 'none.env', '--fail-fast', '--concurrency', '1')
    expect(statusesOf(document)).toMatchObject({ 'site/a/region': 'fail', 'site/a/slow': 'blocked' })
    expect(document.checks.find(({ id }) => id === 'site/a/slow')?.blockedBy).toBe('site/a/region')
  })

  it('--deadline ends what is running and what is waiting', async () => {
    const document = await result('--env-file', 'eu.env', '--input', 'program=sleep,20', '--deadline', '400ms')
    expect(statusesOf(document)).toMatchObject({ 'site/a/slow': 'timeout' })
    expect(document.exitCode).toBe(4)
  })

  it('later environment files win; nothing is inherited unless --inherit-env says so', async () => {
    expect(statusesOf(await result('--env-file', 'us.env', '--env-file', 'eu.env', 'site/a/region'))).toEqual({
      'site/a/region': 'pass',
    })
    const own = { cwd: folder, environment: { REGION: 'eu' } }
    const codes = await Promise.all(
      [
        ['--env-file', 'none.env'],
        ['--env-file', 'none.env', '--inherit-env'],
        [],
        ['--env-shell'],
        ['--inherit-env'],
        ['--env-file', 'us.env', '--inherit-env'],
      ].map(async (args) => (await preflight(['run', ...ownPacks, ...args, 'site/a/region'], own)).exitCode),
    )
    expect(codes).toEqual([1, 0, 2, 0, 0, 1])
  })

  it('--env-pid takes what a running process was started with', async () => {
    const process = spawn('sleep', ['60'], { env: { REGION: 'eu' }, stdio: 'ignore' })
    try {
      expect(
        (await preflight(['run', ...ownPacks, '--env-pid', String(process.pid), 'site/a/region'], { cwd: folder }))
          .exitCode,
      ).toBe(0)
    } finally {
      process.kill('SIGKILL')
    }
  })

  it('a need that was not selected blocks nothing, and the profile has other names', async () => {
    expect((await result('--env-file', 'eu.env', '--profile', 'staging', 'site/a/region')).run.profile).toBe('staging')
  })
})

describe('the other commands', () => {
  it('a command line that begins with a flag is a run', async () => {
    const { exitCode, stdout } = await preflight([...ownPacks, '--env-file', 'eu.env'], { cwd: folder })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('GO  exit 0')
  })

  it.each([
    ['run'],
    ['list'],
    ['explain'],
    ['validate'],
    ['plan'],
    ['init'],
    ['inputs'],
    ['requirements'],
    ['doctor'],
    ['sandbox up'],
    ['sandbox run'],
    ['sandbox faults'],
  ])('%s --help has examples', async (command) => {
    const { exitCode, stdout } = await preflight([...command.split(' '), '--help'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('EXAMPLES')
  })

  it('says which argument is missing, and no more than is so', async () => {
    const { exitCode, stdout, stderr } = await preflight(['runbook', 'resolve', '--as', 'done'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toBe(
      'Error: <run> is missing: the run: its id, a unique part of the id, or `last`; <step> is missing: the path of the step\nHint:  `preflight runbook resolve --help` lists what it takes\n',
    )
  })

  it('--version, and --help of the program', async () => {
    expect((await preflight(['--version'])).stdout).toContain('preflight/')
    expect((await preflight(['--help'])).stdout).toContain('COMMANDS')
  })

  it('init, then validate, and never over what is there', async () => {
    const empty = folderOf({})
    expect((await preflight(['init', '--yes'], { cwd: empty })).exitCode).toBe(0)
    const validated = await preflight(['validate'], { cwd: empty })
    expect({ exitCode: validated.exitCode, stderr: validated.stderr }).toEqual({ exitCode: 0, stderr: '' })
    const before = readFileSync(join(empty, 'preflight.yaml'), 'utf8')
    expect((await preflight(['init', '--yes'], { cwd: empty })).exitCode).toBe(2)
    expect(readFileSync(join(empty, 'preflight.yaml'), 'utf8')).toBe(before)
  })

  it('validate says where the guard against problems was added, as text and as JSON', async () => {
    const probe =
      '{ title: t, severity: high, class: config, tcp: { host: "127.0.0.1", port: 1 }, expect: [facts.open], fix: f }'
    const own = folderOf({ 'checks/demo/ports.yaml': `stage: runtime\nchecks:\n  open: ${probe}\n` })
    const text = await preflight(['validate', '--no-builtin', '--checks', 'checks'], { cwd: own })
    expect(text).toMatchObject({ exitCode: 0, stderr: '' })
    expect(text.stdout).toBe(
      'valid: 1 check in 1 pack (demo)\ndemo: `facts.problem.code == "none"` was added before the expectations of 1 of 1 checks (demo/ports/open)\n',
    )
    const json = await preflight(['validate', '--no-builtin', '--checks', 'checks', '--format', 'json'], { cwd: own })
    expect(JSON.parse(json.stdout)).toEqual({
      packs: [
        {
          system: 'demo',
          checks: [
            {
              id: 'demo/ports/open',
              position: { file: 'checks/demo/ports.yaml', line: 3, column: 3 },
              hasAddedGuard: true,
            },
          ],
        },
      ],
      runbooks: [],
      alerts: [],
      waivers: null,
    })
  })

  it('plan names every address without its credentials', async () => {
    const environment = [
      'ARQONBUS_VALKEY_URL=redis://:a-password-of-redis@127.0.0.1:6399/0',
      'ARQONBUS_POSTGRES_URL=postgresql://bus:a-password-of-postgres@127.0.0.1:5499/bus',
      'NATS_URL=nats://127.0.0.1:4299',
      'JWT_SECRET=x',
      'ARQONBUS_AUTH_JWT_SECRET=y',
    ]
    const planned = folderOf({ 'prod.env': environment.join('\n') })
    const { exitCode, stdout } = await preflight(
      [
        'plan',
        '--env-file',
        'prod.env',
        '--skip',
        'arqonbus/toolchain',
        '--skip',
        'arqonbus/gates',
        '--input',
        'shield_directory=.',
        '--format',
        'json',
      ],
      { cwd: planned },
    )
    const { addresses } = JSON.parse(stdout) as { addresses: string[] }
    expect(exitCode).toBe(0)
    for (const place of [
      '127.0.0.1:6399',
      '127.0.0.1:5499',
      '127.0.0.1:4299',
      '127.0.0.1:9100',
      '127.0.0.1:8080',
      '127.0.0.1:4000',
      '127.0.0.1:9090',
      ':8081',
    ]) {
      expect(
        addresses.some((address) => address.includes(place)),
        place,
      ).toBe(true)
    }
    expect(stdout).not.toContain('a-password')
  })
})
