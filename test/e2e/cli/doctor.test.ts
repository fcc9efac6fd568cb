import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { terminalSession } from '../../cli/support/terminal.js'
import { program } from '../program.js'
import { folderOf, preflight } from './preflight.js'

const canary = 'q8Zr-canary-of-doctor-Tq84'
const checks = `stage: config
checks:
  curl: { title: it answers, severity: high, class: code, command: { argv: [no-such-program-here, --version] }, expect: [facts.exitCode == 0], fix: install it }
  key: { title: it is signed, severity: high, class: code, command: { argv: [openssl, version] }, expect: [facts.exitCode == 0], fix: install it }
  region: { title: it is set, severity: high, class: config, env: { name: REGION }, expect: [facts.set], fix: set it }
`
const runbook = `title: go
steps: [{ id: a, title: a, run: [no-such-step-program, x], effect: read }]
`
const settings = 'packs: []\nchecks: [checks]\nrunbooks: [ops]\nenvironment: [.env]\n'
const deployment = (more: Readonly<Record<string, string>> = {}): string =>
  folderOf({
    'preflight.yaml': settings,
    '.env': `REGION=eu\nTOKEN=${canary}\n`,
    'checks/site/a.yaml': checks,
    'ops/site/go.yaml': runbook,
    ...more,
  })

interface Finding {
  readonly name: string
  readonly state: string
  readonly found: string
  readonly fix: readonly string[]
}

async function examined(cwd: string, args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) {
  const { exitCode, stdout, stderr } = await preflight(['doctor', '--format', 'json', ...args], { cwd, environment })
  expect(stderr).toBe('')
  expect(stdout).not.toContain(canary)
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] }
  return { exitCode, findings, of: (name: string) => findings.filter((finding) => finding.name === name) }
}

describe('doctor', () => {
  it('finds all that this machine has, and leaves nothing behind', async () => {
    const cwd = deployment()
    const { exitCode, findings, of } = await examined(cwd, ['site/a/key', 'site/a/region'], { HOME: cwd })
    expect(exitCode).toBe(0)
    expect(findings.filter(({ state }) => state !== 'ok').map(({ name }) => name)).toEqual([])
    expect(of('environment')).toMatchObject([{ found: '.env: 2 variables' }])
    expect(of('deployment file')).toMatchObject([{ found: 'preflight.yaml is valid: 3 checks (site), 1 runbook' }])
    expect(of('programs')).toMatchObject([{ found: 'openssl' }])
    expect(existsSync(join(cwd, '.local'))).toBe(false)
  })

  it('names each program that is not found, who needs it, and how to install it', async () => {
    const cwd = deployment()
    const { exitCode, of } = await examined(cwd, ['--runbook', 'site/go'], { PATH: '/nowhere' })
    expect(exitCode).toBe(0)
    expect(of('programs').map(({ state, found }) => `${state} ${found}`)).toEqual([
      'warning no-such-program-here not found on PATH: needed by site/a/curl',
      'warning openssl not found on PATH: needed by site/a/key',
      'warning no-such-step-program not found on PATH: needed by runbook site/go',
    ])
    expect(of('programs')[1]?.fix).toContain('apt-get install openssl')
    expect((await preflight(['doctor', '--runbook', 'site/gone'], { cwd })).exitCode).toBe(2)
  })

  it.each([
    [
      'a deployment file with a mistake',
      { 'preflight.yaml': 'packs: []\nchekcs: [checks]\n' },
      'deployment file',
      'preflight.yaml:2:1: unknown key chekcs',
    ],
    ['a check with a mistake', { 'checks/site/a.yaml': 'stage: config\nchecks: {}\n' }, 'deployment file', 'a.yaml'],
    [
      'an environment that is gone',
      { 'preflight.yaml': settings.replace('.env', 'gone.env') },
      'environment',
      'gone.env',
    ],
  ])('%s is missing, with exit code 2', async (_, files, name, found) => {
    const { exitCode, of } = await examined(deployment(files))
    expect(exitCode).toBe(2)
    expect(of(name)).toMatchObject([{ state: 'missing', found: expect.stringContaining(found) }])
  })

  it('an environment that is not named and a state folder that is not safe', async () => {
    const cwd = deployment({ 'preflight.yaml': settings.replace('environment: [.env]\n', '') })
    const state = join(cwd, 'state')
    mkdirSync(state)
    chmodSync(state, 0o777)
    const { exitCode, of } = await examined(cwd, ['--state', 'state'])
    expect(exitCode).toBe(2)
    expect(of('state')).toMatchObject([{ state: 'missing', found: `${state} can be written to by other users` }])
    expect(of('environment')).toMatchObject([
      { state: 'warning', found: 'not named, and 1 variable (REGION) is read by site/a/region' },
    ])
    expect((await examined(cwd, ['--env-file', '.env'])).of('environment')).toMatchObject([{ state: 'ok' }])
    expect((await examined(cwd, ['site/a/key'])).of('environment')).toMatchObject([{ found: 'none is needed' }])
  })

  it('at a terminal fits into its lines', async () => {
    const cwd = deployment()
    const session = terminalSession([process.execPath, '--', program, 'doctor', 'site/a/key'], {
      cwd,
      environment: { HOME: cwd },
      size: { columns: 80, rows: 24 },
    })
    await session.shows('preflight has what it needs')
    expect(session.screen()).toContain('80 columns, colours')
    const lines = stripVTControlCharacters(session.screen()).split('\r\n')
    // A path is one word, however long.
    expect(lines.filter((line) => line.length > 80 && !line.trimStart().startsWith(cwd))).toEqual([])
  })
})
