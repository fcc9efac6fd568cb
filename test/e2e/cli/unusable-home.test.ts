import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { program } from '../program.js'
import { folderOf, ownPacks, preflight, regionPack, startProgram } from './preflight.js'

const books = join(import.meta.dirname, '../runbooks/crash/books')
const postgres = `stage: datastores
inputs:
  service_home: { type: string, description: the home of the service, default: "" }
checks:
  store:
    title: the store does not answer
    severity: high
    class: dependency
    timeout: 20s
    postgres: { driver: asyncpg, service-home: "\${{ inputs.service_home }}", url: "postgresql://a:b@127.0.0.1:1/a?sslmode=require" }
    expect: [{ that: 'facts.problem.code == "connection-refused"' }]
    fix: nothing
`
const place = (): string =>
  folderOf({
    'packs/site/a.yaml': regionPack,
    'stores/site/a.yaml': postgres,
    'eu.env': 'REGION=eu\n',
    'us.env': 'REGION=us\n',
  })
const onRun = ['run', ...ownPacks, '--env-file', 'eu.env', '--output', 'result.json']
const onCapture = ['incident', 'capture', ...ownPacks, '--env-file', 'us.env']
const onRunbook = ['runbook', 'run', 'example/five-steps', '--no-builtin', '--runbooks', books, '--param', 'log=log']

/** What each command ends with where nothing can be kept in HOME or read from it, and what it says. */
const commands = [
  ['run', onRun, 0, /^this result was not kept for `preflight history`: /m],
  [
    'incident capture',
    onCapture,
    74,
    /^Error: the bundle cannot be written to [^\n]+\nHint: {2}name another with --output$/m,
  ],
  [
    'runbook run',
    onRunbook,
    74,
    /^Error: the folder [^\n]+ cannot be used: [^\n]+\nHint: {2}name another with --state$/m,
  ],
  [
    'runbook resume',
    ['runbook', 'resume', 'last', '--no-builtin', '--runbooks', books],
    2,
    /^Error: the folder [^\n]+ cannot be read: [^\n]+\nHint: {2}name another with --state, or set HOME$/m,
  ],
  [
    'history',
    ['history'],
    2,
    /^Error: the folder [^\n]+ cannot be read: [^\n]+\nHint: {2}name another with --state, or set HOME$/m,
  ],
] as const

function expectSaid(
  ended: { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string },
  exitCode: number,
  said: RegExp,
): void {
  expect(ended.exitCode, ended.stdout + ended.stderr).toBe(exitCode)
  expect(ended.stderr).toMatch(said)
  expect(ended.stderr).not.toMatch(/Internal error|\(node:/)
}

describe("a HOME that is another user's", () => {
  const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
  const obstacle =
    process.getuid?.() !== 0
      ? 'only root can start a program as another user'
      : spawnSync(asNobody[0]!, [...asNobody.slice(1), process.execPath, '--', program, '--version']).status === 0
        ? ''
        : 'another user cannot start the program: setpriv(1) is missing, or the checkout is not readable for all'

  /** A folder in which everybody may write, with files that everybody may read. */
  function sharedPlace(): string {
    const folder = place()
    chmodSync(folder, 0o777)
    return folder
  }

  it.for(commands)('%s', async ([, words, exitCode, said], { skip }) => {
    skip(obstacle !== '', obstacle)
    const home = folderOf({})
    const child = spawn(asNobody[0]!, [...asNobody.slice(1), process.execPath, '--', program, ...words], {
      cwd: sharedPlace(),
      env: { PATH: process.env['PATH'], HOME: home, CI: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].on('data', (chunk: Buffer) => (output[stream] += chunk.toString('utf8')))
    const [status] = (await once(child, 'close')) as [number]
    expectSaid({ exitCode: status, ...output }, exitCode, said)
    expect(output.stderr).toContain('EACCES')
  })
})

describe('a HOME with a pipe in it that no process writes to', () => {
  /** A HOME in which there is a pipe at this path. */
  function homeWithPipe(path: string): string {
    const home = folderOf({})
    mkdirSync(dirname(join(home, path)), { recursive: true, mode: 0o700 })
    expect(spawnSync('mkfifo', [join(home, path)]).status).toBe(0)
    return home
  }
  const state = '.local/state/preflight'

  it.each(commands)('%s, where it is the state folder', async (_, words, exitCode, said) => {
    expectSaid(await preflight(words, { cwd: place(), environment: { HOME: homeWithPipe(state) } }), exitCode, said)
  })

  it.each([
    ['run', onRun, 'results', 0, commands[0][3]],
    ['incident capture', onCapture, 'incidents', 74, commands[1][3]],
    ['runbook run', onRunbook, 'runs', 74, commands[2][3]],
    ['history', ['history'], 'results', 2, commands[4][3]],
  ] as const)('%s, where it is a folder in the state folder', async (_, words, folder, exitCode, said) => {
    expectSaid(
      await preflight(words, { cwd: place(), environment: { HOME: homeWithPipe(join(state, folder)) } }),
      exitCode,
      said,
    )
  })

  it('a journal', async () => {
    const home = homeWithPipe(`${state}/runs/20261121T042400Z-five-steps-3f9a1c/journal.jsonl`)
    for (const words of [
      ['runbook', 'status'],
      ['runbook', 'resume', 'last', '--no-builtin', '--runbooks', books],
    ]) {
      expectSaid(
        await preflight(words, { cwd: place(), environment: { HOME: home } }),
        27,
        /journal\.jsonl is not a regular file/,
      )
    }
  })

  it('a file that a check reads: the check cannot be evaluated, and the program ends', async () => {
    const home = homeWithPipe('.postgresql/root.crt')
    const cwd = place()
    const { exitCode, stdout, stderr } = await preflight(
      [
        'run',
        '--no-builtin',
        '--checks',
        'stores',
        '--env-file',
        'eu.env',
        '--input',
        `service_home=${home}`,
        '--output',
        'result.json',
      ],
      { cwd, environment: { HOME: home } },
    )
    expect(exitCode, stdout + stderr).toBe(4)
    expect(stdout.replace(/\s+/g, ' ')).toContain('root.crt is a pipe, not a file')
    expect(JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8'))).toMatchObject({ verdict: 'no-go', exitCode: 4 })
  })

  it('an environment file: a signal that comes twice ends the wait', async () => {
    const home = homeWithPipe('pipe.env')
    const file = join(home, 'pipe.env')
    const started = startProgram(['run', ...ownPacks, '--env-file', file], {
      cwd: place(),
      environment: { HOME: home },
    })
    await vi.waitUntil(() => openFiles(started.child.pid!).includes(file), { timeout: 60_000 })
    started.child.kill('SIGTERM')
    const again = setInterval(() => started.child.kill('SIGTERM'), 100)
    const { exitCode, stderr } = await started.finally(() => clearInterval(again))
    expect(exitCode, stderr).toBe(143)
  })
})

/** What a process has open, by path. */
function openFiles(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(join(folder, name))]
    } catch {
      return []
    }
  })
}
