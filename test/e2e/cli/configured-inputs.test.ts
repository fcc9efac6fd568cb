import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, preflight } from './preflight.js'

const secret = 'Wq7xT2mZr9LwKd4s'

const pack = `stage: config
variables:
  REGION: { exposure: public }
inputs:
  data: { type: path, description: a file that must be there, default: /dev/null }
  shell: { type: program, description: a program, default: sh }
  token: { type: string, description: what a service takes, default: none }
  region: { type: string, description: the region, default: none }
checks:
  data:
    title: the file is there
    severity: high
    class: config
    file: { path: "\${{ inputs.data }}" }
    expect: [{ that: facts.exists, message: "\${{ inputs.data }} is missing" }]
    fix: write it
  shell:
    title: the program starts
    severity: high
    class: config
    command: { argv: ["\${{ inputs.shell }}", -c, "exit 0"] }
    expect: [facts.exitCode == 0]
    fix: install it
  token:
    title: the program prints the token
    severity: high
    class: config
    command: { argv: [echo, "token \${{ inputs.token }}"] }
    expect: [facts.stdout.startsWith("not this")]
    fix: set it
  region:
    title: the region is the one that is wanted
    severity: high
    class: config
    env: { name: REGION }
    expect: [{ that: facts.value == inputs.region, message: "REGION is not \${{ inputs.region }}" }]
    fix: set it
`

const deployment = (inputs: string, more = '') =>
  folderOf({
    'deploy/preflight.yaml': `packs: []\nchecks: [packs]\nrunbooks: [ops]\n${more}inputs:\n${inputs}`,
    'deploy/packs/site/a.yaml': pack,
    'deploy/data.txt': 'here',
    'deploy/bin/shell': '#!/bin/sh\nexit 0\n',
    'deploy/secrets/token': `${secret}\n`,
    'deploy/ops/site/look.yaml':
      'title: look\nsteps:\n  - id: judge\n    check: { select: [site/a/token] }\n    effect: read\n',
    'data.txt': 'here too',
    'eu.env': 'REGION=eu\nWANTED=eu\n',
  })

const config = ['--config', 'deploy/preflight.yaml']

async function judged(folder: string, ...args: string[]): Promise<ResultDocument> {
  const { stdout, stderr } = await preflight(['run', ...config, '--format', 'json', '--env-file', 'eu.env', ...args], {
    cwd: folder,
  })
  expect(stdout, stderr).not.toBe('')
  return JSON.parse(stdout) as ResultDocument
}

const statuses = ({ checks }: ResultDocument) => checks.map(({ id, status }) => `${id.split('/').at(-1)!} ${status}`)

describe('paths of inputs', () => {
  it('start from the deployment file that gives them', async () => {
    const folder = deployment('  data: data.txt\n')
    expect(statuses(await judged(folder, 'site/a/data'))).toEqual(['data pass'])
    const missing = await judged(deployment('  data: nothing.txt\n'), 'site/a/data')
    expect(missing.checks[0]!.message).toMatch(/\/deploy\/nothing\.txt is missing$/)
  })

  it('start from the working folder on the command line', async () => {
    const folder = deployment('  data: nothing.txt\n')
    expect(statuses(await judged(folder, 'site/a/data', '--input', 'data=data.txt'))).toEqual(['data pass'])
    const missing = await judged(folder, 'site/a/data', '--input', 'data=deploy/no.txt')
    expect(missing.checks[0]!.message).toBe(`${folder}/deploy/no.txt is missing`)
  })

  it('leave the name of a program to the system, and take a path to one from the file', async () => {
    expect(statuses(await judged(deployment('  shell: sh\n'), 'site/a/shell'))).toEqual(['shell pass'])
    const folder = deployment('  shell: ./bin/nothing\n')
    const document = await judged(folder, 'site/a/shell')
    expect(JSON.stringify(document)).toContain(`${folder}/deploy/bin/nothing`)
  })
})

describe('${{ env.NAME }} in an input', () => {
  it('is the variable of the environment under test', async () => {
    expect(statuses(await judged(deployment('  region: ${{ env.WANTED }}\n'), 'site/a/region'))).toEqual([
      'region pass',
    ])
  })

  it('of a variable that is absent is an error at its line, for a check that reads the input', async () => {
    const folder = deployment('  region: ${{ env.NOT_SET }}\n')
    const document = await judged(folder, 'site/a/region')
    expect(document).toMatchObject({
      exitCode: 3,
      diagnostics: [
        {
          file: 'deploy/preflight.yaml',
          line: 5,
          code: 'input-template',
          message:
            'the input site.region has no value: env.NOT_SET has no value: the environment under test does not set NOT_SET',
        },
      ],
    })
    expect((await judged(folder, 'site/a/shell')).exitCode).toBe(0)
  })
})

describe('a value in a file', () => {
  const folder = deployment('  token: { file: secrets/token }\n')

  it('is in no report, whatever the pack says of the input', async () => {
    const formats = ['human', 'json', 'junit', 'sarif', 'gitlab', 'github', 'markdown', 'html', 'tap', 'prometheus']
    const reports = formats.flatMap((format) => ['--report', `${format}=report.${format}`])
    const ended = await preflight(['run', 'site/a/token', ...config, '--env-file', 'eu.env', ...reports], {
      cwd: folder,
    })
    expect(ended.exitCode, ended.stderr).toBe(1)
    const written = formats.map((format) => readFileSync(join(folder, `report.${format}`), 'utf8'))
    for (const text of [ended.stdout, ended.stderr, ...written]) expect(text).not.toContain(secret)
    const document = JSON.parse(written[1]!) as ResultDocument
    expect(document.checks[0]!.facts['stdout']).toBe('token [redacted]\n')
    expect(document.run.context!.inputs).toEqual([{ system: 'site', name: 'token', value: null, given: true }])
  })

  it('is in no lock, plan or journal', async () => {
    const locked = await preflight(['lock', 'site/a/token', ...config], { cwd: folder })
    expect(locked.exitCode, locked.stderr).toBe(0)
    const lock = readFileSync(join(folder, 'deploy/preflight.lock'), 'utf8')
    expect(JSON.parse(lock)).toMatchObject({ inputs: { 'site.token': { secret: 'set' } } })
    const runbook = ['site/look', ...config, '--env-file', 'eu.env']
    const plan = await preflight(['runbook', 'plan', ...runbook, '--format', 'json'], { cwd: folder })
    expect(plan.exitCode, plan.stderr).toBe(0)
    expect(JSON.parse(plan.stdout)).toMatchObject({
      covers: expect.arrayContaining([
        expect.objectContaining({ kind: 'input', name: 'site.token', digest: expect.stringMatching(/^scrypt:/) }),
      ]),
    })
    const run = await preflight(['runbook', 'run', ...runbook, '--state', 'state'], { cwd: folder })
    expect(run.exitCode).toBe(20)
    const files = readdirSync(join(folder, 'state'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )
    expect(files.length).toBeGreaterThan(0)
    const kept = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    for (const text of [lock, plan.stdout, run.stdout, run.stderr, ...kept]) expect(text).not.toContain(secret)
  })

  it('that is missing is an error at the line', async () => {
    const document = await judged(deployment('  token: { file: none }\n'), 'site/a/token')
    expect(document).toMatchObject({
      exitCode: 3,
      diagnostics: [{ file: 'deploy/preflight.yaml', line: 5, code: 'input-file' }],
    })
  })
})

describe.each([
  ['--input-env', ['--input-env', 'token=SITE_TOKEN'], '"name":"token","variable":"SITE_TOKEN"'],
  ['--inputs-file', ['--inputs-file', 'inputs.json'], '"inputsFiles":["FOLDER/inputs.json"]'],
])('a value of %s', (_, flags, kept) => {
  const environment = { SITE_TOKEN: secret }
  const folder = deployment('  data: data.txt\n')
  writeFileSync(join(folder, 'inputs.json'), JSON.stringify({ token: secret }))

  it('is in no report, lock, journal or incident', async () => {
    const reports = ['json', 'junit', 'sarif', 'html'].flatMap((format) => ['--report', `${format}=report.${format}`])
    const run = await preflight(
      ['run', 'site/a/token', ...config, '--env-file', 'eu.env', ...flags, ...reports, '--capture-on-failure', 'inc'],
      { cwd: folder, environment },
    )
    expect(run.exitCode, run.stderr).toBe(1)
    const document = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as ResultDocument
    expect(document.checks[0]!.facts['stdout']).toBe('token [redacted]\n')
    const locked = await preflight(['lock', 'site/a/token', ...config, ...flags, '--lock', 'lock.json'], {
      cwd: folder,
      environment,
    })
    expect(locked.exitCode, locked.stderr).toBe(0)
    expect(JSON.parse(readFileSync(join(folder, 'lock.json'), 'utf8'))).toMatchObject({
      inputs: { 'site.token': { secret: 'set' } },
    })
    const book = ['runbook', 'run', 'site/look', ...config, '--env-file', 'eu.env', ...flags, '--state', 'state']
    const ended = await preflight(book, { cwd: folder, environment })
    expect(ended.exitCode, ended.stderr).toBe(20)
    // The journal keeps where the value is, and the commands that follow read it there again.
    const resumed = await preflight(['runbook', 'resume', 'last', ...config, '--state', 'state'], {
      cwd: folder,
      environment,
    })
    expect(resumed.exitCode, resumed.stderr).toBe(20)
    const written = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !['token', 'inputs.json'].includes(entry.name))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    expect(written.length).toBeGreaterThan(12)
    expect(written.some((text) => text.includes(kept.replace('FOLDER', folder)))).toBe(true)
    const shown = [run.stdout, run.stderr, locked.stdout, ended.stdout, ended.stderr, resumed.stdout, resumed.stderr]
    for (const text of [...shown, ...written]) expect(text.includes(secret)).toBe(false)
  })
})

describe('a lock of inputs from the environment', () => {
  it('holds what is written, and another expression breaks it', async () => {
    const folder = deployment('  region: ${{ env.WANTED }}\n')
    expect((await preflight(['lock', 'site/a/region', ...config], { cwd: folder })).exitCode).toBe(0)
    expect(JSON.parse(readFileSync(join(folder, 'deploy/preflight.lock'), 'utf8'))).toMatchObject({
      inputs: { 'site.region': { secret: 'set', template: true } },
    })
    expect((await preflight(['lock', '--check', ...config], { cwd: folder })).exitCode).toBe(0)
    expect((await judged(folder, 'site/a/region')).run.lock).toMatchObject({ state: 'locked' })
    const given = await judged(folder, 'site/a/region', '--input', 'region=eu')
    expect(given).toMatchObject({ exitCode: 3, diagnostics: [{ code: 'lock-input' }] })
  })
})

describe('what the deployment file gives wrongly', () => {
  it('is exit 3 at its line', async () => {
    const document = await judged(deployment('  regoin: eu\n'), 'site/a/region')
    expect(document).toMatchObject({
      exitCode: 3,
      diagnostics: [{ file: 'deploy/preflight.yaml', line: 5, code: 'unknown-input', hint: 'did you mean region?' }],
    })
  })
})
