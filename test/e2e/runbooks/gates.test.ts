import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Deployment } from '../../../sandbox/deployment.js'
import { noEnvironment } from '../../../src/environment/tested-environment.js'
import { startRun } from '../../../src/runbooks/start-run.js'
import { booksOf, quietly } from './quiet.js'
import { ending } from './real.js'
import { startTestDeployment } from '../../servers/cluster-template.js'

const folder = mkdtempSync(join(tmpdir(), 'preflight-gates-'))
const checkout = join(folder, 'checkout')
const environmentFile = join(folder, 'deployed.env')
let deployment: Deployment

beforeAll(async () => {
  deployment = await startTestDeployment()
  cpSync(deployment.inputs['arqonbus.repository']!, checkout, { recursive: true })
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', checkout, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      stdio: 'ignore',
    })
  deployment.writeEnvironmentFile(environmentFile)
  git('add', '-A')
  git('commit', '--allow-empty', '-m', 'as it is deployed')
})
afterAll(async () => {
  await deployment.stop()
  rmSync(folder, { recursive: true, force: true })
})

const pass = () => {
  const inputs = Object.fromEntries(
    Object.entries(deployment.inputs).filter(([name]) => name !== 'arqonbus.repository'),
  )
  return startRun({
    ...booksOf(''),
    definitions: { checks: [], noBuiltin: false, config: undefined },
    runbooks: [],
    environment: { ...noEnvironment, files: [environmentFile] },
    id: 'arqonbus/preflight-gates',
    parameters: [
      `repository=${checkout}`,
      ...(inputs['arqonbus.conda'] === undefined ? [] : [`conda=${inputs['arqonbus.conda']}`]),
    ],
    inputs: Object.entries(inputs).map(([name, value]) => `${name}=${value}`),
    ...quietly(join(folder, 'state')),
  })
}

it('are passed on a checkout that is what is committed, with the inputs that the run was given (003-05)', async () => {
  expect(readdirSync(checkout)).toContain('.git')
  const run = await pass()
  expect(ending(run)).toBe('completed')
  expect(run.steps.get('gates')?.facts).toMatchObject({ verdict: 'go' })
})

it('are not even tried on one that was changed since', async () => {
  const file = readdirSync(checkout, { recursive: true, withFileTypes: true }).find(
    (entry) => entry.isFile() && !entry.parentPath.includes('.git'),
  )!
  appendFileSync(join(file.parentPath, file.name), '\n# changed\n')
  const run = await pass()
  expect(ending(run)).toMatch(/^failed: .*files differ from the commit/s)
  expect(run.steps.get('gates')?.state).toBe('not-run')
})
