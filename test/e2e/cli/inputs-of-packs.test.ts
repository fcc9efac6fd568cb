import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, preflight } from './preflight.js'

/** Two packs with an input of the same name each, and one that only the first has. */
const packOf = (only: string): string => `stage: config
inputs:
  region: { type: string, description: where it runs, default: none }
  ${only}: { type: string, description: what only this pack has, default: none }
  folder: { type: path, description: where its files are, default: "/" }
checks:
  region: { title: it runs there, severity: high, class: config, command: { argv: [test, "\${{ inputs.region }} \${{ inputs.${only} }}", "=", eu eu] }, expect: [{ that: facts.exitCode == 0, message: it is elsewhere }], fix: move it }
  folder: { title: its files are there, severity: high, class: config, file: { path: "\${{ inputs.folder }}" }, expect: [{ that: facts.exists, message: nothing is there }], fix: copy them }
`
const runbook = (inputs: string): string => `title: judge
steps:
  - id: judge
    check: { select: [bus/a/region], inputs: ${inputs} }
    effect: read
`
const site = (settings = '', more: Readonly<Record<string, string>> = {}): string =>
  folderOf({
    'checks/bus/a.yaml': packOf('port'),
    'checks/edge/a.yaml': packOf('token'),
    'ops/bus/judge.yaml': runbook('{ }'),
    'preflight.yaml': `packs: []\nchecks: [checks]\nrunbooks: [ops]\n${settings}`,
    ...more,
  })

/** What a command says on two lines of an error. */
const ambiguity =
  /the input region is ambiguous: 2 packs have it, as bus\.region and edge\.region(?: \[ambiguous-input\])?\n.*write bus\.region or edge\.region; where each of them needs the value, give it to each/i

const said = ({ stderr }: { readonly stderr: string }): string => stderr.replace(/ +/g, ' ')

interface Judged {
  readonly exitCode: number
  readonly checks: readonly { readonly id: string; readonly status: string; readonly message: string }[]
}

const judged = async (cwd: string, ...args: readonly string[]) => {
  const { stdout, stderr } = await preflight(['run', '--no-keep', '--format', 'json', ...args], {
    cwd,
    environment: { REGION: 'eu', PORT: 'eu' },
  })
  expect(stderr).not.toContain('ambiguous')
  const { checks } = JSON.parse(stdout) as Judged
  return Object.fromEntries(checks.map(({ id, status }) => [id.replace('/a/', ' '), status]))
}
const both = { 'bus region': 'pass', 'edge region': 'fail' }

describe('an input of one of two packs that have its name', () => {
  it.each<[string, readonly string[]]>([
    ['--input', ['--input', 'bus.region=eu', '--input', 'bus.port=eu']],
    ['--input, with the name alone of what only one pack has', ['--input', 'bus.region=eu', '--input', 'port=eu']],
    ['--input-env', ['--input-env', 'bus.region=REGION', '--input-env', 'port=PORT']],
    ['--inputs-file', ['--inputs-file', 'inputs.yaml']],
    ['--input and a file', ['--input', 'bus.region=eu', '--config', 'port.yaml']],
    ['the deployment file', ['--config', 'both.yaml']],
    [
      'a flag over the deployment file, whichever of its names is used',
      ['--config', 'wrong.yaml', '--input', 'port=eu'],
    ],
  ])('is given with %s', async (_, args) => {
    const file = (inputs: string): string => `packs: []\nchecks: [checks]\ninputs: ${inputs}\n`
    const cwd = site('', {
      'inputs.yaml': 'bus.region: eu\nport: eu\n',
      'port.yaml': file('{ bus.port: eu }'),
      'both.yaml': file('{ bus.region: eu, port: eu }'),
      'wrong.yaml': file('{ bus.region: eu, bus.port: us }'),
    })
    expect(await judged(cwd, ...args)).toMatchObject(both)
  })

  it('keeps what the other pack is given', async () => {
    const given = ['bus.region=eu', 'port=eu', 'edge.region=eu', 'token=eu'].flatMap((each) => ['--input', each])
    expect(await judged(site(), ...given)).toMatchObject({ 'bus region': 'pass', 'edge region': 'pass' })
  })

  it('is a path from the folder of the file that gives it', async () => {
    const cwd = site('', {
      'deploy/preflight.yaml': 'packs: []\nchecks: [../checks]\ninputs: { bus.folder: own }\n',
      'deploy/own': 'x',
    })
    expect(await judged(cwd, '--config', 'deploy/preflight.yaml', '--input', 'edge.folder=own')).toMatchObject({
      'bus folder': 'pass',
      'edge folder': 'fail',
    })
  })

  it('is secret for that pack alone where its value is in a file', async () => {
    const cwd = site('inputs:\n  bus.region: { file: region }\n  edge.region: us\n', {
      region: 'canary-Tq84-of-inputs',
    })
    const { stdout } = await preflight(['inputs', '--format', 'json'], { cwd })
    const { inputs } = JSON.parse(stdout) as { inputs: readonly Record<string, unknown>[] }
    expect(inputs.filter(({ name }) => name === 'region')).toMatchObject([
      { system: 'bus', secret: true, value: '[redacted]', from: 'preflight.yaml:5:15' },
      { system: 'edge', secret: false, value: 'us', from: 'preflight.yaml:6:16' },
    ])
  })

  it('is shown by its full name where it is asked for, listed and explained', async () => {
    const cwd = site('', {
      'checks/edge/b.yaml': `stage: config\ninputs:\n  needed: { type: string, description: x }\nchecks:\n  one: { title: t, severity: high, class: config, when: inputs.needed != "", command: { argv: [ls] }, expect: [facts.exitCode == 0], fix: f }\n`,
    })
    const listed = await preflight(['inputs'], { cwd })
    expect(listed.stdout).toMatch(/^edge\.needed {2}string · required\n/)
    expect(listed.stdout).toMatch(/^bus\.region {2}string\n/m)
    expect((await preflight(['explain', 'edge/a/region'], { cwd })).stdout).toContain('  edge.region (string)')
    const missing = await preflight(['plan'], { cwd })
    expect(missing.exitCode).toBe(3)
    expect(missing.stderr).toMatch(/edge\.needed: STRING +--input edge\.needed=STRING/)
    const { stdout } = await preflight(['requirements', '--format', 'markdown'], { cwd })
    expect(stdout).toContain('`edge.needed`')
  })
})

describe('a name that several packs have', () => {
  const commands: readonly (readonly string[])[] = [
    ['run'],
    ['plan'],
    ['inputs'],
    ['doctor'],
    ['lock'],
    ['snapshot', '--env-file', '/dev/null'],
    ['incident', 'capture', '--env-file', '/dev/null'],
    ['exec', '--env-file', '/dev/null', '--', 'true'],
    ['redact', '--env-file', '/dev/null', 'preflight.yaml'],
    ['probe', 'tcp', 'host=127.0.0.1', 'port=1'],
    ['runbook', 'plan', 'bus/judge'],
    ['runbook', 'run', 'bus/judge'],
  ]
  const withInput = (command: readonly string[], ...given: readonly string[]): readonly string[] => {
    const end = command.indexOf('--')
    return end < 0 ? [...command, ...given] : [...command.slice(0, end), ...given, ...command.slice(end)]
  }

  it.each(commands.map((command) => [command.join(' '), command] as const))('is refused by %s', async (_, command) => {
    const cwd = site('', { 'inputs.json': '{"region":"canary-Tq84"}' })
    for (const given of [
      ['--input', 'region=canary-Tq84'],
      ['--input-env', 'region=REGION'],
      ['--inputs-file', 'inputs.json'],
    ]) {
      const ended = await preflight(withInput(command, ...given), { cwd, environment: { REGION: 'canary-Tq84' } })
      expect(ended, given.join(' ')).toMatchObject({ exitCode: 2 })
      expect(said(ended)).toMatch(ambiguity)
      expect(ended.stdout + ended.stderr).not.toContain('canary')
    }
  })

  it('is refused in the deployment file at its line, by every command that reads it', async () => {
    const cwd = site('inputs:\n  port: eu\n  region: canary-Tq84\n')
    const doctor = await preflight(['doctor'], { cwd })
    expect(doctor).toMatchObject({ exitCode: 2 })
    expect(doctor.stdout.replace(/\s+/g, ' ')).toContain('the input region is ambiguous: 2 packs have it')
    for (const command of [...commands.filter(([name]) => name !== 'doctor'), ['validate']]) {
      const ended = await preflight(command, { cwd })
      expect(ended, command.join(' ')).toMatchObject({ exitCode: 3 })
      expect(said(ended)).toMatch(ambiguity)
      expect(ended.stderr).toContain('preflight.yaml:6:11: error: the input region is ambiguous')
      expect(ended.stderr).not.toContain('canary')
    }
    // Of one pack it is the name of that pack's input.
    writeFileSync(join(cwd, 'one.yaml'), 'packs: []\nchecks: [one]\ninputs: { region: eu, port: eu }\n')
    expect(
      await judged(
        site('', {
          'one.yaml': 'packs: []\nchecks: [one]\ninputs: { region: eu, port: eu }\n',
          'one/bus/a.yaml': packOf('port'),
        }),
        '--config',
        'one.yaml',
      ),
    ).toMatchObject({ 'bus region': 'pass' })
  })

  it.each([
    [
      'the command line',
      '',
      ['--input', 'port=a', '--input', 'bus.port=a'],
      2,
      /the input bus\.port is given twice: as port and as bus\.port/,
    ],
    [
      'a file and the command line',
      '',
      ['--inputs-file', 'inputs.yaml', '--input', 'port=a'],
      2,
      /the input bus\.port is given twice: as port and as bus\.port|as bus\.port and as port/,
    ],
    [
      'the deployment file',
      'inputs:\n  port: a\n  bus.port: a\n',
      [],
      3,
      /preflight\.yaml:6:13: error: the input bus\.port is given twice: as port and as bus\.port \[duplicate-input\]/,
    ],
  ] as const)('cannot be given under both of its names on %s', async (_, settings, args, exitCode, message) => {
    const ended = await preflight(['plan', ...args], { cwd: site(settings, { 'inputs.yaml': 'bus.port: a\n' }) })
    expect(ended).toMatchObject({ exitCode, stderr: expect.stringMatching(message) as string })
  })

  it('is refused in an expression of a single probe, which sees the inputs of all packs', async () => {
    const cwd = site()
    const ended = await preflight(['probe', 'command', 'argv=[echo, "${{ inputs.region }}"]'], { cwd })
    expect(ended).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        'inputs.region is ambiguous: the packs in use have bus.region and edge.region',
      ) as string,
    })
    const one = await preflight(['probe', 'command', 'argv=[echo, "${{ inputs.port }}"]', '--input', 'bus.port=7'], {
      cwd,
    })
    expect(one.exitCode, one.stderr).toBe(0)
    expect(one.stdout).toContain('7')
  })
})

describe('the inputs of a step', () => {
  it.each([
    ['{ region: eu }', ambiguity],
    ['{ edge.port: eu }', /unknown input edge\.port(?: \[unknown-input\])?\n.*did you mean bus\.port\?/],
  ])('%s are refused before anything is run', async (inputs, message) => {
    const cwd = site('', { 'ops/bus/judge.yaml': runbook(inputs) })
    for (const command of [['validate'], ['runbook', 'plan', 'bus/judge'], ['runbook', 'run', 'bus/judge']]) {
      const ended = await preflight(command, { cwd })
      expect(ended).toMatchObject({ exitCode: 3 })
      expect(said(ended)).toContain('the step judge')
      expect(said(ended)).toMatch(message)
    }
  })

  it.each([
    ['{ bus.region: eu, port: eu }', ['--input', 'bus.region=us', '--input', 'bus.port=us']],
    ['{ bus.port: eu }', ['--input', 'port=us', '--input', 'bus.region=eu']],
    ['{ port: eu }', ['--input-env', 'bus.port=US', '--input', 'bus.region=eu']],
    ['{ port: eu }', ['--inputs-file', 'us.yaml', '--input', 'bus.region=eu']],
  ])('%s replace those of the run under either name: %j', async (inputs, given) => {
    const cwd = site('', { 'ops/bus/judge.yaml': runbook(inputs), 'us.yaml': 'bus.port: us\n' })
    const ended = await preflight(['runbook', 'run', 'bus/judge', '--state', 'state', ...given], {
      cwd,
      environment: { US: 'us' },
    })
    expect(ended.exitCode, ended.stdout + ended.stderr).toBe(0)
  })
})

describe('a lock', () => {
  interface LockText {
    inputs: Record<string, unknown>
  }
  const lockOf = (cwd: string): LockText => JSON.parse(readFileSync(join(cwd, 'preflight.lock'), 'utf8')) as LockText
  const given = ['--input', 'bus.region=eu', '--input', 'port=eu']
  const start = (cwd: string, ...args: readonly string[]) => preflight(args, { cwd })
  const locked = {
    'bus.folder': { default: true },
    'bus.port': { value: 'eu' },
    'bus.region': { value: 'eu' },
    'edge.folder': { default: true },
    'edge.region': { default: true },
    'edge.token': { default: true },
  }

  it('holds the inputs of each pack', async () => {
    const cwd = site()
    expect(await start(cwd, 'lock', ...given)).toMatchObject({ exitCode: 0 })
    expect(lockOf(cwd).inputs).toEqual(locked)
    const other = await start(cwd, 'lock', '--check', ...given, '--input', 'edge.region=eu')
    expect(other).toMatchObject({ exitCode: 3 })
    expect(other.stderr).toContain('the input edge.region is locked as not given, found "eu"')
  })

  it('of an earlier version, which names them without their packs, holds for every pack that has one', async () => {
    const cwd = site()
    await start(cwd, 'lock')
    const file = join(cwd, 'preflight.lock')
    const former = {
      folder: { default: true },
      port: { default: true },
      region: { default: true },
      token: { default: true },
    }
    writeFileSync(file, `${JSON.stringify({ ...lockOf(cwd), inputs: former }, null, 2)}\n`)
    expect(await start(cwd, 'lock', '--check')).toMatchObject({ exitCode: 0 })
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((each) => each.includes('"region"')) + 1
    for (const system of ['bus', 'edge'])
      expect(await start(cwd, 'lock', '--check', '--input', `${system}.region=eu`)).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining(
          `preflight.lock:${line}:5: error: the input ${system}.region is locked as not given, found "eu"`,
        ) as string,
      })
    expect(await start(cwd, 'lock', '--update')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Nothing changed.') as string,
    })
    expect(Object.keys(lockOf(cwd).inputs)).toEqual(Object.keys(locked))
  })

  it.each([
    [['--input-rule', 'region=*'], ambiguity],
    [['--input-rule', 'port=*', '--input-rule', 'bus.port=*'], /the input bus\.port has two rules/],
    [['--input-rule', 'bus.prt=*'], /no selected check reads the input bus\.prt\n.*did you mean bus\.port\?/],
  ] as const)('is not made with %j', async (rules, message) => {
    const ended = await start(site(), 'lock', ...given, ...rules)
    expect(ended).toMatchObject({ exitCode: 2 })
    expect(said(ended)).toMatch(message)
  })

  it('keeps a rule that an earlier version wrote under the name alone', async () => {
    const cwd = site()
    await start(cwd, 'lock', '--input-rule', 'port=*', '--input-rule', 'bus.region=eu*')
    expect(lockOf(cwd).inputs).toMatchObject({ 'bus.port': { rule: '*' }, 'bus.region': { rule: 'eu*' } })
    await start(cwd, 'lock', '--update')
    expect(lockOf(cwd).inputs).toMatchObject({ 'bus.port': { rule: '*' }, 'bus.region': { rule: 'eu*' } })
  })
})
