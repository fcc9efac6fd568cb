import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { folderOf, preflight, regionPack } from '../cli/preflight.js'
import { program } from '../program.js'
import { recorderIn, runShell, stagedPackage } from './shell.js'

const checkout = join(import.meta.dirname, '../../..')
const schema = JSON.parse(readFileSync(join(checkout, 'test/fixtures/schemas/github-action.json'), 'utf8')) as object

interface Step {
  readonly id?: string
  readonly run: string
  readonly env: Readonly<Record<string, string>>
}
const action = parse(readFileSync(join(checkout, 'action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly runs: { readonly steps: readonly Step[] }
}

describe('action.yml', () => {
  it('is what the published schema of actions accepts', () => {
    const validate = new Ajv({ strict: false }).compile(schema)
    expect(validate(action), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ ...action, runs: { using: 'composite', steps: [{ run: 'true' }] } })).toBe(false)
  })

  it('puts no expression into a script', () => {
    for (const { run } of action.runs.steps) expect(run).not.toContain('${{')
  })

  it('hands every input to a script that reads it', () => {
    const given = Object.assign({}, ...action.runs.steps.map(({ env }) => env)) as Record<string, string>
    const scripts = ['install.sh', 'run.sh']
      .map((name) => readFileSync(join(checkout, 'ci/github', name), 'utf8'))
      .join('\n')
    for (const name of Object.keys(action.inputs).filter((each) => each !== 'working-directory')) {
      const [variable] = Object.entries(given).find(([, value]) => value === `\${{ inputs.${name} }}`) ?? []
      expect(variable, name).toBeDefined()
      expect(scripts, name).toContain(`\${${variable}:-`)
    }
  })
})

/** Runs the second step with the inputs given, in the environment that a runner sets. */
async function run(
  inputs: Readonly<Record<string, string>>,
  started = program,
  more: Readonly<Record<string, string>> = {},
) {
  const folder = folderOf({
    'work/packs/site/a.yaml': regionPack,
    'work/eu.env': 'REGION=eu\n',
    'work/us.env': 'REGION=us\n',
    'work/bad.env': 'no assignment\n',
    'work/hasty.yaml': 'timeout: 300ms\n',
    'work/k8s.yaml':
      'kind: Pod\nmetadata: { name: bus }\nspec: { containers: [{ name: main, env: [{ name: REGION, value: us }] }] }\n',
    summary: '',
    output: '',
  })
  const step = action.runs.steps.find(({ id }) => id === 'run')!
  const given: Record<string, string> = { checks: 'packs', 'builtin-checks': 'false', ...inputs }
  const variables = Object.entries(step.env).map(([variable, expression]) => {
    const [, name = ''] = /^\$\{\{ inputs\.([a-z0-9-]+) \}\}$/.exec(expression)!
    return [variable, given[name] ?? action.inputs[name]!.default]
  })
  const environment = {
    GITHUB_ACTIONS: 'true',
    CI: 'true',
    GITHUB_ACTION_PATH: checkout,
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    PREFLIGHT_ACTION_PROGRAM: started,
    ...more,
    ...(Object.fromEntries(variables) as Record<string, string>),
  }
  const work = join(folder, 'work')
  const script = join(folder, 'step.sh')
  writeFileSync(script, step.run)
  const ended = await runShell(['bash', '--noprofile', '--norc', '-eo', 'pipefail', script], { cwd: work, environment })
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  return { ...ended, work, summary: read('summary'), outputs: read('output') }
}

describe('its second step', () => {
  it.each([
    ['a go, by the last of several files', { 'env-file': 'us.env\neu.env\n' }, 0, 'go'],
    ['a failure, by a manifest', { 'env-k8s': 'k8s.yaml#bus' }, 1, 'no-go'],
    ['a warning that counts', { 'env-file': 'us.env', input: 'wanted=us', 'fail-on-warn': 'true' }, 5, 'no-go'],
    ['what cannot be evaluated', { 'env-file': 'eu.env', input: 'program=sleep,20', config: 'hasty.yaml' }, 4, 'no-go'],
    ['a file that is wrong', { 'env-file': 'bad.env' }, 3, 'none'],
    ['an input that is none', { 'fail-on-warn': 'yes' }, 2, 'none'],
    ['gates that are none', { gates: 'yes' }, 2, 'none'],
    ['a phase that is none', { phase: '::error::x' }, 2, 'none'],
  ])('passes the exit code of %s through', async (_, inputs, exitCode, verdict) => {
    const ended = await run(inputs)
    expect(ended.exitCode, ended.output).toBe(exitCode)
    expect(ended.outputs).toBe(`exit-code=${exitCode}\nverdict=${verdict}\n`)
    expect(ended.output).not.toContain('::error::x')
  })

  it('ends with 2, and without a verdict, where Node cannot start', async () => {
    const ended = await run({ 'env-file': 'eu.env' }, program, { NODE_OPTIONS: '--require /nowhere/missing.cjs' })
    expect(ended.exitCode, ended.output).toBe(2)
    expect(ended.output).toContain('::error::Node cannot start, so nothing was judged')
    expect(ended.outputs).toBe('exit-code=2\nverdict=none\n')
  })

  it('gives every input to the flag of its name', async () => {
    const folder = folderOf({ 'program.js': 'console.log(JSON.stringify(process.argv.slice(2)))' })
    const inputs = {
      'env-file': 'a\nb c',
      'env-reader': 'shell',
      'env-dotenv': 'aa',
      'env-sourced': 'bb',
      'env-docker': 'cc',
      'env-systemd': 'd',
      'env-compose': 'e#f',
      'env-k8s': 'g#h',
      'env-shell': 'true',
      skip: 'i\r\n\nj',
      input: 'k=l',
      'input-env': 'u=V',
      'inputs-file': 'w',
      gates: 'false',
      checks: 'm',
      reports: 'junit=n',
      profile: 'o',
      config: 'p',
      output: 'q',
      capture: 'r',
      phase: 'before-start',
      'builtin-checks': 'false',
      'fail-on-warn': 'true',
      select: 's\n--t',
    }
    const { output } = await run(inputs, join(folder, 'program.js'))
    const flags = [
      '--env-file=a',
      '--env-file=b c',
      '--env-reader=shell',
      '--env-dotenv=aa',
      '--env-sourced=bb',
      '--env-docker=cc',
      '--env-systemd=d',
      '--env-compose=e#f',
      '--env-k8s=g#h',
      '--skip=i',
      '--skip=j',
      '--input=k=l',
      '--input-env=u=V',
      '--inputs-file=w',
      '--checks=m',
      '--report=junit=n',
      '--profile=o',
      '--config=p',
      '--output=q',
      '--capture-on-failure=r',
      '--before-start',
      '--env-shell',
      '--no-gates',
      '--no-builtin',
      '--fail-on-warn',
    ]
    expect(JSON.parse(output)).toEqual([
      'run',
      '--format',
      'github',
      '--no-offer',
      '--plain',
      '--no-keep',
      ...flags,
      '--',
      's',
      '--t',
    ])
  })

  it('writes the summary, the annotations and the reports that are asked for', async () => {
    const ended = await run({
      'env-file': 'us.env',
      reports: 'junit=preflight.xml\nsarif=a b.sarif',
      output: 'preflight.json',
      select: 'site/a/region',
    })
    expect(ended.exitCode, ended.output).toBe(1)
    expect(ended.output).toContain('::error')
    expect(ended.summary).toContain('site/a/region')
    expect(readFileSync(join(ended.work, 'preflight.xml'), 'utf8')).toContain('<testsuite')
    expect(existsSync(join(ended.work, 'a b.sarif'))).toBe(true)
    expect(
      (JSON.parse(readFileSync(join(ended.work, 'preflight.json'), 'utf8')) as { exitCode: number }).exitCode,
    ).toBe(1)
  })

  const hostile = [
    '$(touch pwned)',
    '`touch pwned`',
    '"; touch pwned; "',
    "'; touch pwned; '",
    '&& touch pwned',
    '*',
    '\\',
    '$HOME',
    '%0A::set-output name=x::y',
  ].join(' ')
  it.each([
    ...[
      'env-file',
      'env-reader',
      'env-dotenv',
      'env-sourced',
      'env-docker',
      'env-systemd',
      'env-compose',
      'env-k8s',
      'skip',
      'profile',
      'input',
      'input-env',
      'inputs-file',
      'checks',
      'config',
      'reports',
      'select',
    ].map((input): readonly [string, string] => [input, hostile]),
    ['select', '--format=json'],
    ['profile', '--help'],
  ] as const)('takes a hostile %s for text: %s', async (input, value) => {
    const recorder = recorderIn(folderOf({}))
    const ended = await run({ 'env-file': 'eu.env', select: 'site/a/region', [input]: value }, recorder.program)
    expect(ended.outputs, ended.output).toBe('exit-code=3\nverdict=none\n')
    expect(recorder.started().filter((word) => word.includes(value))).toHaveLength(1)
    const { exitCode, stdout, stderr } = await preflight(recorder.started(), { cwd: ended.work })
    expect([2, 3], stdout + stderr).toContain(exitCode)
    expect(readdirSync(ended.work).filter((name) => name.includes('pwned'))).toEqual([])
  })
})

describe('its first step', () => {
  const script = join(checkout, 'ci/github/install.sh')

  it('installs what it is asked for, whatever that contains, and says where the program is', async () => {
    const folder = folderOf({
      env: '',
      'temp/preflight/node_modules/@arqonbus/preflight/bin/run.js': '',
      'bin/npm':
        '#!/bin/sh\nprintf \'%s|\' "$@" >>"$RUNNER_TEMP/arguments"\n[ "$1" != pack ] || printf staged >"$RUNNER_TEMP/preflight/package/a.tgz"\n',
    })
    const environment = {
      RUNNER_TEMP: join(folder, 'temp'),
      GITHUB_ENV: join(folder, 'env'),
      GITHUB_ACTION_PATH: checkout,
      PREFLIGHT_ACTION_PACKAGE: '--global $(touch pwned).tgz',
      PREFLIGHT_ACTION_INTEGRITY: stagedPackage.PREFLIGHT_INTEGRITY,
    }
    const ended = await runShell(['bash', '-c', `chmod +x bin/npm && bash ${script}`], {
      cwd: folder,
      environment,
      path: [join(folder, 'bin')],
    })
    expect(ended.exitCode, ended.output).toBe(0)
    expect(readFileSync(join(folder, 'temp/arguments'), 'utf8')).toBe(
      `pack|--silent|--ignore-scripts|--pack-destination|${folder}/temp/preflight/package|--|--global $(touch pwned).tgz|` +
        `install|--ignore-scripts|--no-audit|--no-fund|--prefix|${folder}/temp/preflight|--|${folder}/temp/preflight/package/a.tgz|`,
    )
    expect(readFileSync(join(folder, 'env'), 'utf8')).toBe(
      `PREFLIGHT_ACTION_PROGRAM=${folder}/temp/preflight/node_modules/@arqonbus/preflight/bin/run.js\n`,
    )
    expect(existsSync(join(folder, 'pwned'))).toBe(false)
  })

  it.each([
    ['a bare name', '@arqonbus/preflight', stagedPackage.PREFLIGHT_INTEGRITY, 'the URL or the path of a tarball'],
    ['another tarball', './x.tgz', 'sha512-AAAA', 'not what the input integrity says'],
    ['a tarball without its sha512', './x.tgz', '', 'not what the input integrity says'],
  ])('installs nothing of %s', async (_, name, integrity, message) => {
    const folder = folderOf({
      env: '',
      'bin/npm':
        '#!/bin/sh\n[ "$1" = pack ] && printf staged >"$RUNNER_TEMP/preflight/package/a.tgz" || echo installed >"$RUNNER_TEMP/installed"\n',
    })
    const environment = {
      RUNNER_TEMP: folder,
      GITHUB_ENV: join(folder, 'env'),
      GITHUB_ACTION_PATH: checkout,
      PREFLIGHT_ACTION_PACKAGE: name,
      PREFLIGHT_ACTION_INTEGRITY: integrity,
    }
    const ended = await runShell(['bash', '-c', `chmod +x bin/npm && bash ${script}`], {
      cwd: folder,
      environment,
      path: [join(folder, 'bin')],
    })
    expect(ended).toMatchObject({ exitCode: 2, output: expect.stringContaining(message) as string })
    expect(existsSync(join(folder, 'installed'))).toBe(false)
  })

  it('stops with 2 where Node cannot start', async () => {
    const environment = {
      RUNNER_TEMP: '/nowhere',
      GITHUB_ENV: '/nowhere/env',
      GITHUB_ACTION_PATH: checkout,
      NODE_OPTIONS: '--require /nowhere/missing.cjs',
    }
    const ended = await runShell(['bash', script], { cwd: folderOf({}), environment })
    expect(ended).toMatchObject({
      exitCode: 2,
      output: expect.stringContaining('where Node cannot start, look at NODE_OPTIONS') as string,
    })
  })

  it('stops where Node is too old, or what was installed is something else', async () => {
    const folder = folderOf({
      env: '',
      'bin/npm': '#!/bin/sh\n[ "$1" != pack ] || printf staged >"$RUNNER_TEMP/preflight/package/a.tgz"\n',
      'old/node': '#!/bin/sh\nexit 1\n',
    })
    const environment = {
      RUNNER_TEMP: folder,
      GITHUB_ENV: join(folder, 'env'),
      GITHUB_ACTION_PATH: checkout,
      PREFLIGHT_ACTION_PACKAGE: './x.tgz',
      PREFLIGHT_ACTION_INTEGRITY: stagedPackage.PREFLIGHT_INTEGRITY,
    }
    const other = await runShell(['bash', '-c', `chmod +x bin/npm && bash ${script}`], {
      cwd: folder,
      environment,
      path: [join(folder, 'bin')],
    })
    expect(other).toMatchObject({
      exitCode: 2,
      output: expect.stringContaining('::error::what npm installed is not preflight') as string,
    })
    const old = await runShell(['bash', '-c', `chmod +x old/node && PATH=${folder}/old:$PATH bash ${script}`], {
      cwd: folder,
      environment,
    })
    expect(old).toMatchObject({ exitCode: 2, output: expect.stringContaining('needs Node 20.19') as string })
  })
})
