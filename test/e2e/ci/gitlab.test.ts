import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { folderOf, preflight, regionPack } from '../cli/preflight.js'
import { program } from '../program.js'
import { recorderIn, runShell, stageCommands, stagedPackage } from './shell.js'

const checkout = join(import.meta.dirname, '../../..')
const template = parse(readFileSync(join(checkout, 'ci/gitlab.gitlab-ci.yml'), 'utf8')) as {
  readonly '.preflight-with-gates': object
  readonly '.preflight': {
    readonly retry: unknown
    readonly allow_failure: unknown
    readonly variables: Readonly<Record<string, string>>
    readonly before_script: readonly string[]
    readonly script: readonly string[]
    readonly artifacts: { readonly paths: readonly string[]; readonly reports: Readonly<Record<string, string>> }
  }
}
const job = template['.preflight']

it('is what the published schema of GitLab accepts', () => {
  const schema = JSON.parse(readFileSync(join(checkout, 'test/fixtures/schemas/gitlab-ci.json'), 'utf8')) as object
  // The formats are those of addresses, which the template has none of.
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema)
  const pipeline = { ...template, preflight: { extends: '.preflight-with-gates', stage: 'test' } }
  expect(validate(pipeline), JSON.stringify(validate.errors)).toBe(true)
  expect(validate({ preflight: { script: 'true', artifcats: {} } })).toBe(false)
})

it.each(['', '@arqonbus/preflight', 'preflight', 'preflight@0.1.0'])(
  'installs no package by its name: %j',
  async (name) => {
    const ended = await run({ PREFLIGHT_ENV_FILE: 'eu.env', PREFLIGHT_PACKAGE: name })
    expect(ended.exitCode, ended.output).toBe(2)
    expect(existsSync(join(ended.folder, 'npm-arguments'))).toBe(false)
  },
)

it('lets no no-go pass, and asks once', () => {
  expect([job.allow_failure, job.retry]).toEqual([false, 0])
})

async function run(
  variables: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
  started = program,
) {
  const folder = folderOf({
    'preflight.yaml': 'checks: [packs]\nselect: [site]\n',
    'packs/site/a.yaml': regionPack,
    'eu.env': 'REGION=eu\n',
    'us.env': 'REGION=us\n',
  })
  const bin = stageCommands(folder, started)
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content)
  const script = ['set -eo pipefail', ...job.before_script, ...job.script].join('\n')
  const ended = await runShell(['bash', '-c', script], {
    cwd: folder,
    environment: { CI: 'true', GITLAB_CI: 'true', ...stagedPackage, ...job.variables, ...variables },
    path: [bin],
  })
  return { ...ended, folder }
}

it.each([
  ['eu.env', 0],
  ['us.env', 1],
])('passes the exit code through: %s', async (PREFLIGHT_ENV_FILE, exitCode) => {
  const ended = await run({ PREFLIGHT_ENV_FILE })
  expect(ended.exitCode, ended.output).toBe(exitCode)
  for (const file of [...job.artifacts.paths, ...Object.values(job.artifacts.reports)])
    expect(existsSync(join(ended.folder, file)), file).toBe(true)
  expect(readFileSync(join(ended.folder, 'npm-arguments'), 'utf8')).toBe(
    'pack --silent --ignore-scripts --pack-destination .preflight-package -- ./arqonbus-preflight-0.1.0.tgz\n' +
      'install --global --ignore-scripts --no-audit --no-fund -- .preflight-package/staged.tgz\n',
  )
})

it('ends with 2 where Node cannot start, and leaves no result of an earlier job', async () => {
  const ended = await run(
    { PREFLIGHT_ENV_FILE: 'eu.env', NODE_OPTIONS: '--require /nowhere/missing.cjs' },
    { 'preflight.json': '{}' },
  )
  expect(ended.exitCode, ended.output).toBe(2)
  expect(ended.output).toContain('Node cannot start, so nothing was judged')
  expect(existsSync(join(ended.folder, 'preflight.json'))).toBe(false)
})

it('ends with 2 where npm cannot install it', async () => {
  expect(await run({ PREFLIGHT_ENV_FILE: 'eu.env' }, { 'bin/npm': '#!/bin/sh\nexit 1\n' })).toMatchObject({
    exitCode: 2,
  })
})

it('takes hostile variables for text', async () => {
  const hostile = '$(touch pwned) `touch pwned` * --format=json'
  const recorder = recorderIn(folderOf({}))
  for (const variables of [
    { PREFLIGHT_ENV_FILE: hostile },
    { PREFLIGHT_ENV_FILE: 'eu.env', PREFLIGHT_SELECT: hostile },
    { PREFLIGHT_ENV_FILE: 'eu.env', PREFLIGHT_PROFILE: hostile },
  ]) {
    const ended = await run(variables, {}, recorder.program)
    expect(ended.exitCode, ended.output).toBe(3)
    const { exitCode, stdout, stderr } = await preflight(recorder.started(), { cwd: ended.folder })
    expect([2, 3], stdout + stderr).toContain(exitCode)
    expect(existsSync(join(ended.folder, 'pwned'))).toBe(false)
  }
  for (const PREFLIGHT_PACKAGE of [hostile, `${hostile}.tgz`]) {
    const ended = await run({ PREFLIGHT_ENV_FILE: 'eu.env', PREFLIGHT_PACKAGE }, {}, recorder.program)
    expect(ended.exitCode, ended.output).toBe(PREFLIGHT_PACKAGE === hostile ? 2 : 3)
    expect(existsSync(join(ended.folder, 'pwned'))).toBe(false)
  }
})
