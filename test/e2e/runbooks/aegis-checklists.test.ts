import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AegisDeployment, startAegis } from '../../../sandbox/aegis/deployment.js'
import type { Person } from '../../../src/engine/person.js'
import type { RunRecord } from '../../../src/runbooks/record/run-record.js'
import { clusterTemplate } from '../../servers/cluster-template.js'
import { AegisPlace } from './aegis-place.js'
import { nobody } from './quiet.js'
import { agreeable } from './real.js'

let aegis: AegisDeployment
let place: AegisPlace
let backup = ''

beforeAll(async () => {
  aegis = await startAegis({ clusterTemplate: clusterTemplate(), limit: { requests: 1000, windowMs: 50 } })
  place = new AegisPlace(
    { ...aegis.environment, AEGIS_SCRATCH_URL: aegis.postgres.url },
    Object.entries({ ...aegis.inputs, 'aegis.response_ms': '3000' }).map(([name, value]) => `${name}=${value}`),
  )
  // What the runbooks require that are items.
  for (const program of ['.venv/bin/pip', 'scripts/gen-mqtt-cert.sh']) {
    mkdirSync(dirname(join(aegis.folder, program)), { recursive: true })
    writeFileSync(join(aegis.folder, program), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  }
  writeFileSync(join(aegis.folder, 'requirements.txt'), '')
  backup = join(place.folder, 'backups/aegis.sql')
  writeFileSync(backup, '')
}, 60_000)
afterAll(async () => {
  place.remove()
  await aegis.stop()
})

const where = () => ({ repository: aegis.folder })

/** Each item by its state, without the steps of runbooks. */
const items = ({ steps }: RunRecord): Record<string, string> =>
  Object.fromEntries([...steps].filter(([path]) => !path.includes('/')).map(([path, { state }]) => [path, state]))

describe('the daily checklist (001-54)', () => {
  it('holds for a whole Aegis once a person has looked at the alerts', async () => {
    const run = await place.run('aegis/daily', where())
    expect(run).toMatchObject({ state: 'completed-with-manual', exitCode: 0 })
    expect(new Set(Object.values(items(run)))).toEqual(new Set(['done']))
    expect(place.written()).not.toContain(aegis.broker.password)
  })

  it('judges everything else while the API is in degraded mode', async () => {
    aegis.api.misbehaviour.degraded = true
    try {
      const run = await place.run('aegis/daily', where())
      expect(run).toMatchObject({ state: 'failed', exitCode: 1 })
      expect(items(run)).toMatchObject({ health: 'failed', database: 'done', broker: 'done', alerts: 'done' })
    } finally {
      aegis.api.behave()
    }
  })
})

describe('the weekly checklist (001-55)', () => {
  /** Approves the cleanup of logs and nothing else. */
  const careful: Person = {
    ...agreeable,
    type: (question, expected, signal) =>
      expected.startsWith('logs') ? Promise.resolve(expected) : nobody.type(question, expected, signal),
  }

  it('does what is approved, and leaves the rest open', async () => {
    const logs = join(aegis.folder, 'logs')
    mkdirSync(logs, { recursive: true })
    writeFileSync(join(logs, 'app.log.1'), 'x')
    utimesSync(join(logs, 'app.log.1'), 0, 0)
    const run = await place.run('aegis/weekly', { ...where(), backup }, careful)
    expect(items(run)).toMatchObject({
      updates: 'open',
      maintenance: 'open',
      logs: 'done',
      backups: 'open',
      performance: 'done',
      documentation: 'open',
    })
    expect(run).toMatchObject({ state: 'open', exitCode: 29 })
    expect(readdirSync(logs)).not.toContain('app.log.1')
  })
})

describe('the monthly checklist (001-36, 001-56)', () => {
  const month = () =>
    place.run(
      'aegis/monthly',
      {
        ...where(),
        backup,
        certificate_folder: aegis.broker.certificateFolder,
      },
      nobody,
    )

  it('judges certificates, performance and settings, and changes nothing where nobody approves', async () => {
    const run = await month()
    expect(items(run)).toMatchObject({
      certificates: 'done',
      rotation: 'open',
      recovery: 'open',
      performance: 'done',
      audit: 'done',
      access: 'open',
      capacity: 'open',
    })
    expect(run).toMatchObject({ state: 'open', exitCode: 29 })
  })

  it('is red where Aegis is slow (001-36)', async () => {
    aegis.api.misbehaviour.delayMs = 3500
    try {
      const run = await month()
      expect(items(run)).toMatchObject({ performance: 'failed', certificates: 'done' })
      expect(run.exitCode).toBe(1)
    } finally {
      aegis.api.behave()
    }
  })
})
