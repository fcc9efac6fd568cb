import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prepareRunbook } from '../../../src/runbooks/prepare/prepare-runbook.js'
import { startRun } from '../../../src/runbooks/start-run.js'
import type { EnvironmentSource } from '../../../src/environment/environment-source.js'
import { folderOf, regionPack } from '../cli/preflight.js'
import { booksOf, quietly } from './quiet.js'
import { ending } from './real.js'

/** Programs read the quotes differently: docker keeps them, python-dotenv replaces what they hold. */
const folder = folderOf({
  'packs/site/a.yaml': regionPack,
  'packs/site/store.yaml': 'variables: { PGHOST: { exposure: public } }\n',
  'books/site/guarded.yaml': `title: a guard
target: an environment that is asked for
parameters:
  environment_file: { type: path, description: what the deployment is started with }
steps:
  - id: guard
    check: { select: [site/a/region], env-files: ["\${{ params.environment_file }}"] }
`,
  'books/site/told.yaml': `title: a guard of what the run was told
target: an environment that is asked for
steps:
  - id: guard
    check: site/a/region
`,
  'books/site/named.yaml': `title: a guard that names the reader
target: an environment that is asked for
parameters:
  environment_file: { type: path, description: what the deployment is started with }
steps:
  - id: guard
    check: { select: [site/a/region], env-files: [{ dotenv: "\${{ params.environment_file }}" }] }
`,
  'books/site/connects.yaml': `title: a step that connects
target: an environment that is asked for
parameters:
  database: { type: secret, variable: STORE_URL, description: the database }
lock: { database: "\${{ params.database }}", service-home: /home/bus }
steps:
  - id: read
    sql: { database: "\${{ params.database }}", statements: [{ text: SELECT 1 }] }
    effect: read
`,
  '.env': "PART=e\nREGION='${PART}u'\n",
  'store.env': 'STORE_URL=postgresql://\nPGHOST=db.example\nPGUSER=bus\n',
  'as-dotenv/preflight.yaml': 'environment: [{ file: ../.env, reader: dotenv }]\n',
  'as-all/preflight.yaml': 'environment: [../.env]\n',
  'store/preflight.yaml': 'environment: [../store.env]\n',
})
const environmentFile = join(folder, '.env')

interface Told {
  readonly parameters?: readonly string[]
  readonly files?: readonly EnvironmentSource[]
  /** The folder of the deployment file. */
  readonly deployment?: string
}

function optionsOf(id: string, { parameters = [], files = [], deployment }: Told) {
  const config = deployment === undefined ? undefined : join(folder, deployment, 'preflight.yaml')
  return {
    ...booksOf(join(folder, 'books')),
    definitions: { checks: [join(folder, 'packs')], noBuiltin: true, config },
    id,
    parameters,
    environment: { files, pid: undefined, inherit: false },
  }
}

const run = async (id: string, told: Told) =>
  ending(await startRun({ ...optionsOf(id, told), ...quietly(join(folder, 'state')) }))

describe('a guard reads a file as the run was told', () => {
  const parameters = [`environment_file=${environmentFile}`]

  it('with no reader, which refuses what readers read differently', async () => {
    expect(await run('site/guarded', { parameters })).toMatch(/^failed: .*\.env:\d.*docker/s)
    await expect(run('site/told', { deployment: 'as-all' })).rejects.toThrow(/problem in the definitions/)
  })

  it('by the command line', async () => {
    expect(await run('site/told', { files: [{ dotenv: environmentFile }] })).toBe('completed')
    expect(await run('site/guarded', { parameters, files: [{ dotenv: environmentFile }] })).toBe('completed')
    expect(await run('site/guarded', { parameters, files: [{ docker: environmentFile }] })).toMatch(/^failed: /)
  })

  it('by the deployment file', async () => {
    expect(await run('site/told', { deployment: 'as-dotenv' })).toBe('completed')
    expect(await run('site/guarded', { parameters, deployment: 'as-dotenv' })).toBe('completed')
  })

  it('by the step itself', async () => {
    expect(await run('site/named', { parameters })).toBe('completed')
    const { plan } = await prepareRunbook(optionsOf('site/named', { parameters }))
    expect(plan.steps[0]?.action.lines).toEqual([`preflight run site/a/region --env-dotenv ${environmentFile}`])
    expect(plan.files.map(({ path }) => path)).toContain(environmentFile)
  })
})

it("a step that connects, and the lock, take what a URL leaves out from the deployment's environment", async () => {
  const { plan, lockDatabase, environment } = await prepareRunbook(optionsOf('site/connects', { deployment: 'store' }))
  expect(plan.steps[0]?.action.addresses).toEqual(['db.example:5432'])
  expect(lockDatabase).toMatchObject({ serviceHome: '/home/bus', environment })
  expect(environment.get('PGHOST')?.reveal()).toBe('db.example')
})

it("a run without one takes nothing of this process's own", async () => {
  process.env['STORE_URL'] = 'postgresql://'
  process.env['PGHOST'] = 'shell.example'
  try {
    const { plan, environment } = await prepareRunbook(optionsOf('site/connects', {}))
    expect(environment.names()).toEqual([])
    expect(plan.steps[0]?.action.addresses).toEqual([])
  } finally {
    delete process.env['STORE_URL']
    delete process.env['PGHOST']
  }
})
