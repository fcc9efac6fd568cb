import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runInProcess } from '../in-process.js'

const books = join(import.meta.dirname, '../runbooks')
const folder = mkdtempSync(join(tmpdir(), 'preflight-runbook-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function preflight(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { exitCode, stdout, stderr } = await runInProcess({
    args: ['runbook', ...args],
    cwd: folder,
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      XDG_STATE_HOME: join(folder, 'state'),
      ...environment,
    },
  })
  return { code: exitCode, out: stdout.toString('utf8'), err: stderr.toString('utf8') }
}

const five = ['example/five-steps', '--no-builtin', '--runbooks', join(books, 'crash/books')]
const changed = ['example/copied', '--no-builtin', '--runbooks', join(books, 'plan/changed')]
const log = `log=${join(folder, 'log')}`

let first: Ended
beforeAll(async () => {
  first = await preflight(['run', ...five, '--param', log])
})

describe('a run', () => {
  it('ends with its exit code, prints how it went on standard output and what it does on standard error', () => {
    expect(first.code).toBe(0)
    expect(first.out).toContain('completed')
    expect(first.err).toMatch(/run \d{8}T\d{6}Z-five-steps-[0-9a-f]{6}/)
    expect(first.out + first.err).not.toContain('\u001B')
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('look\nprepare\ncharge\nstart\nfinish\n')
  })

  it('can be asked for: status, history, verify, its anchor and its report', async () => {
    const [status, history, verify, anchor, report] = await Promise.all([
      preflight(['status', '--format', 'json']),
      preflight(['history', '--format', 'json']),
      preflight(['verify', 'last']),
      preflight(['verify', 'last', '--anchor']),
      preflight(['render', '--run', 'last', '--no-builtin', '--runbooks', join(books, 'crash/books')]),
    ])
    expect([status, history, verify, anchor, report].map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    expect(JSON.parse(status.out)).toMatchObject({ state: 'completed', exitCode: 0, runbook: 'example/five-steps' })
    expect(JSON.parse(history.out)).toMatchObject([{ runbook: 'example/five-steps', state: 'completed' }])
    expect(anchor.out).toMatch(/^13:[0-9a-f]{64}\n$/)
    expect(report.out).toContain('five steps that write down what they do')
    expect((await preflight(['verify', 'last', '--head', anchor.out.trim()])).code).toBe(0)
    expect((await preflight(['verify', 'last', '--head', anchor.out.trim().replace(/^13/, '14')])).code).toBe(27)
  })

  it('that is completed is not resumed, and is undone once', async () => {
    expect(await preflight(['resume', 'last', ...five.slice(1)])).toMatchObject({
      code: 2,
      err: expect.stringContaining('is completed: there is nothing to continue') as string,
    })
    const [id = ''] = /\S+-five-steps-[0-9a-f]{6}/.exec(first.err) ?? []
    expect((await preflight(['undo', id, '--reason', 'the test says so', ...five.slice(1)])).code).toBe(21)
    expect(await preflight(['undo', id, '--reason', 'again', ...five.slice(1)])).toMatchObject({
      code: 2,
      err: expect.stringContaining('can be undone (finish: it has no undo)') as string,
    })
  })
})

describe.each<[string, readonly string[], number, RegExp, Record<string, string>?]>([
  [
    'an unknown runbook',
    ['plan', 'example/five-step', ...five.slice(1)],
    2,
    /unknown runbook example\/five-step [^]*did you mean example\/five-steps/,
  ],
  ['a missing parameter', ['run', ...five], 2, /parameter log \(the file[^]*--param log=…/],
  ['an unknown parameter', ['run', ...five, '--param', log, '--param', 'lgo=x'], 2, /unknown parameter lgo[^]*log/],
  [
    'a parameter that is an option',
    ['run', ...five, '--param', 'log=--help'],
    2,
    /parameter log must not start with a dash/,
  ],
  ['a parameter twice', ['run', ...five, '--param', log, '--param', log], 2, /--param log is given twice/],
  [
    'another plan',
    ['run', ...five, '--param', log, '--plan', `sha256:${'0'.repeat(64)}`],
    26,
    /the plan is not the one asked for/,
  ],
  [
    'an approval of a step there is none of',
    ['run', ...five, '--param', log, '--approve', 'chargee'],
    2,
    /--approve chargee: unknown step/,
  ],
  [
    'an approval of a step that needs none',
    ['run', ...five, '--param', log, '--approve', 'charge'],
    2,
    /the step does not need an approval/,
  ],
  [
    'a secret on the command line',
    ['plan', ...changed, '--param', 'token=Zx9.kT2-wQ7v'],
    2,
    /every user of this machine can read it/,
  ],
  [
    'a secret whose variable is not set',
    [
      'plan',
      ...changed,
      '--param',
      'file=f',
      '--param',
      'tool=/bin/true',
      '--param',
      'word=w',
      '--param-env',
      'token=NOT_SET',
    ],
    2,
    /the variable NOT_SET, from which token is read, is not set/,
  ],
  ['a run there is none of', ['status', 'nonsense'], 2, /unknown run nonsense/],
  ['a folder of runbooks that is not there', ['list', '--runbooks', 'nowhere'], 3, /nowhere/],
  [
    'a reason that says nothing',
    ['resolve', 'last', 'charge', '--as', 'done', '--reason', ' '],
    2,
    /--reason is too short/,
  ],
  ['stale printed pages', ['render', '--check', '--output', 'printed', ...five.slice(1)], 1, /^$/],
])('%s', (_what, args, code, message) => {
  it.concurrent(`ends with ${code} and says what to do`, async () => {
    const ended = await preflight(args)
    expect(ended.code).toBe(code)
    expect(ended.err.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(message.source.replaceAll(' ', '\\s+')))
    expect(ended.out + ended.err).not.toContain('Zx9.kT2-wQ7v')
  })
})

it('pages are printed, found fresh, and found superfluous when their runbook is gone', async () => {
  const printed = join(folder, 'pages')
  expect((await preflight(['render', '--output', printed, ...five.slice(1)])).code).toBe(0)
  expect((await preflight(['render', '--check', '--output', printed, ...five.slice(1)])).code).toBe(0)
  const other = await preflight(['render', '--check', '--output', printed, ...changed.slice(1)])
  expect(other.code).toBe(1)
  expect(other.out).toContain('five-steps.md does not belong to any runbook')
  expect(other.out).toContain('copied.md is missing')
})

it.concurrent.each(['run', 'resume', 'plan', 'practice', 'undo'])('%s shows examples in its help', async (command) => {
  const { code, out } = await preflight([command, '--help'])
  expect(code).toBe(0)
  expect(out).toContain('EXAMPLES')
})
