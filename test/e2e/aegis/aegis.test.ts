import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AegisDeployment, startAegis } from '../../../sandbox/aegis/deployment.js'
import { clusterTemplate } from '../../servers/cluster-template.js'
import { capturedRun } from '../captured-run.js'

let aegis: AegisDeployment
beforeAll(async () => {
  aegis = await startAegis({ clusterTemplate: clusterTemplate(), limit: { requests: 10, windowMs: 1000 } })
})
afterAll(() => aegis.stop())

it('is a go', async () => {
  const run = await capturedRun({ environment: aegis.environment, inputs: aegis.inputs, selectors: ['aegis'], skip: ['aegis/runtime/error-rate'], state: aegis.folder + '/state' })
  if (run.error) console.log(run.report, run.error)
  console.log(run.document.checks.map(({ id, status, message, durationMs }) => `${id} ${status} ${String(durationMs)} ${message}`).join('\n'))
  expect(run.exitCode).toBe(0)
})
