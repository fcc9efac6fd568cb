import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Deployment } from '../../sandbox/deployment.js'
import { reporterRegistry } from '../../src/checks/result/reporter.js'
import { capturedRun, type CapturedRun } from './captured-run.js'
import { startTestDeployment } from '../servers/cluster-template.js'

const canary = 'cAnArY-7f3b9e21d4-QzX8vLw2Kp5Rt0Nm6Js4Hd1Gb'

/** Every variable that may carry a secret and that the sandbox does not need, declared or not. */
const bearers = [
  'ARQONBUS_REDIS_PASSWORD',
  'ARQONBUS_VALKEY_PASSWORD',
  'ARQONBUS_POSTGRES_PASSWORD',
  'ARQONBUS_AUTH_TOKEN',
  'SOME_UNDECLARED_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
]

let deployment: Deployment
beforeAll(async () => {
  deployment = await startTestDeployment()
})
afterAll(async () => {
  await deployment.stop()
})

const formats = reporterRegistry.names()

/** Everything a run let out, by what it is. */
function outputsOf({ report, reports, view, document }: CapturedRun): Readonly<Record<string, string>> {
  expect(Object.keys(reports).toSorted()).toEqual([...formats, 'summary'].toSorted())
  return { ...reports, report, view, document: JSON.stringify(document) }
}

it('a canary in every secret-bearing variable shows in no output of a passing run, in no format', async () => {
  const environment = {
    ...deployment.environment,
    ...Object.fromEntries(bearers.map((name, index) => [name, `${canary}${index}`])),
    ARQONBUS_REDIS_URL: `redis://:${canary}@127.0.0.1:1/0`,
  }
  const run = await capturedRun({ environment, inputs: deployment.inputs, formats })
  expect(run.exitCode).toBe(0)
  for (const [name, text] of Object.entries(outputsOf(run))) {
    for (let at = 0; at + 10 <= canary.length; at++) expect(text, name).not.toContain(canary.slice(at, at + 10))
    expect(text, name).not.toContain(Buffer.from(canary).toString('base64').slice(0, 16))
  }
})

it('nor where a public variable holds it as well', async () => {
  const environment = {
    ...deployment.environment,
    ARQONBUS_LOG_LEVEL: canary,
    ARQONBUS_STORAGE_MODE: canary,
    ARQONBUS_AUTH_TOKEN: canary,
  }
  const run = await capturedRun({ environment, inputs: deployment.inputs, formats })
  expect(run.exitCode).toBe(1)
  for (const [name, text] of Object.entries(outputsOf(run))) expect(text, name).not.toContain(canary.slice(0, 10))
})
