import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AegisDeployment, startAegis } from '../../../sandbox/aegis/deployment.js'
import { clusterTemplate } from '../../servers/cluster-template.js'
import { AegisPlace, alembicProgram } from './aegis-place.js'
import { AegisServices } from './aegis-services.js'
import { ending } from './real.js'

const token = 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJxOC1aayJ9.q8-Zkw2Lx_9vTmq8-Zkw2Lx_9vTm'
let aegis: AegisDeployment
let place: AegisPlace
let services: AegisServices

beforeAll(async () => {
  aegis = await startAegis({ clusterTemplate: clusterTemplate(), limit: { requests: 1000, windowMs: 50 } })
  const inputs = Object.entries(aegis.inputs).filter(([name]) => name !== 'aegis.docker')
  place = new AegisPlace(
    aegis.environment,
    inputs.map(([name, value]) => `${name}=${value}`),
  )
  services = new AegisServices({
    postgres: { restart: () => aegis.postgres.restart(), stop: () => aegis.postgres.stop() },
    mosquitto: { restart: () => aegis.broker.restart(), stop: () => aegis.broker.stop() },
    eventbus: { restart: () => aegis.api.behave(), stop: () => void (aegis.api.misbehaviour.degraded = true) },
  })
  services.log = `{"level": "error", "event": "request", "headers": {"authorization": "${token}"}}\n`
  await services.start(place)
  place.install({ alembic: alembicProgram() })
}, 60_000)
afterAll(async () => {
  services.stop()
  place.remove()
  await aegis.stop()
})
beforeEach(() => {
  services.lies = false
  services.changes.length = 0
})

const where = () => ({
  repository: aegis.folder,
  broker_address: `127.0.0.1:${aegis.broker.tlsPort}`,
  certificate_folder: aegis.broker.certificateFolder,
})
const respond = (more: object = {}) => place.run('aegis/incident-p0-p1', { ...where(), ...more })

describe('an incident of P0 or P1 (001-20, 001-21, 001-22)', () => {
  it('keeps what is seen, restarts the API, and has a message come back from the broker', async () => {
    aegis.api.misbehaviour.degraded = true
    const run = await respond()
    expect(ending(run)).toBe('completed-with-manual')
    expect(services.changes).toEqual(['compose restart eventbus'])
    // Aegis in degraded mode answers with an error of the server.
    expect(readFileSync(join(place.folderOf(run), 'health.txt'), 'utf8')).toContain('error_id')
    expect(readFileSync(join(place.folderOf(run), 'services.json'), 'utf8')).toContain('"Service":"eventbus"')
    expect(run.steps.get('log')!.facts).toMatchObject({ counts: { errors: 1 } })
    expect(place.written()).not.toContain(token)
    expect(place.written()).not.toContain(aegis.broker.password)
  })

  it('restarts a broker that is down (001-27)', async () => {
    await aegis.broker.stop()
    expect(ending(await respond({ service: 'mosquitto' }))).toBe('completed-with-manual')
    expect(aegis.broker.isRunning()).toBe(true)
  })

  it('fails where the broker lets no client of Aegis in, whatever mosquitto_pub would say', async () => {
    await aegis.broker.restart({ access: 'nobody' })
    try {
      expect(ending(await respond())).toMatch(/broker: .*aegis\/broker\/login/s)
    } finally {
      await aegis.broker.restart()
    }
  })

  it('fails where the database has no revision, of which `alembic current` says nothing and ends with 0', async () => {
    await aegis.postgres.administer('ALTER TABLE alembic_version RENAME TO hidden')
    try {
      expect(ending(await respond())).toMatch(/revision: .*aegis\/datastores\/revision/s)
    } finally {
      await aegis.postgres.administer('ALTER TABLE hidden RENAME TO alembic_version')
    }
  })

  it('fails for an API that answers 200 and is unhealthy, with which `curl -f` is content', async () => {
    await aegis.postgres.stop()
    try {
      const page = await fetch(`${aegis.inputs['aegis.api_url']!}/healthz`)
      expect(page.status).toBe(200)
      const run = await place.run('aegis/incident-p2-p3', { repository: aegis.folder })
      expect(ending(run)).toMatch(/judged: .*the health page says of database: unhealthy/s)
    } finally {
      await aegis.postgres.restart()
    }
  })
})

describe('a complete failure (001-37, 001-38)', () => {
  it('stops everything, restores the backup that is named, and starts everything', async () => {
    const backup = join(place.folder, 'backups/aegis.sql')
    const url = aegis.environment['DATABASE_URL']!.replace('+psycopg2', '')
    expect(spawnSync('pg_dump', ['--file', backup, url], { encoding: 'utf8' }).stderr).toBe('')
    await aegis.postgres.administer('DELETE FROM tasks; DELETE FROM agent_registry')
    const run = await place.run('aegis/system-failure', { ...where(), backup, alembic: join(place.bin, 'alembic') })
    expect(ending(run)).toBe('completed')
    expect(services.changes).toEqual(['compose down', 'compose up --detach postgres', 'compose up --detach'])
    expect(aegis.broker.isRunning()).toBe(true)
  })

  it('refuses a docker that says 0 and stops nothing', async () => {
    services.lies = true
    expect(ending(await place.run('aegis/system-failure', where()))).toMatch(/containers are left/)
  })
})

describe('the configuration (001-30)', () => {
  it('is judged by the checks, and shows names without values', async () => {
    services.variables = Object.entries(aegis.environment)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('')
    const run = await place.run('aegis/configuration', { repository: aegis.folder })
    expect(ending(run)).toBe('completed')
    expect(run.steps.get('names')!.facts).toMatchObject({ exitCode: 0 })
    const shown = JSON.stringify(run.steps.get('names')!.facts)
    expect(shown).toContain('DATABASE_URL: set')
    expect(shown).not.toContain(aegis.postgres.password)
  })

  it('names a container without DATABASE_URL, whose import of the settings prints OK', async () => {
    services.variables = 'ENV=production\nMQTT_HOST=mosquitto\n'
    expect(ending(await place.run('aegis/configuration', { repository: aegis.folder }))).toMatch(/has no DATABASE_URL/)
  })
})

describe('an incident of P2 or P3 (001-23)', () => {
  it('is led through, and ends with the running Aegis judged', async () => {
    expect(ending(await place.run('aegis/incident-p2-p3', { repository: aegis.folder }))).toBe('completed-with-manual')
    aegis.api.misbehaviour.degraded = true
    try {
      expect(ending(await place.run('aegis/incident-p2-p3', { repository: aegis.folder }))).toMatch(
        /judged: .*aegis\/runtime\/health/s,
      )
    } finally {
      aegis.api.behave()
    }
  })
})
