import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusals as busRefusals } from '../../sandbox/arqonbus/refusals.js'
import { type Deployment, startDeployment } from '../../sandbox/deployment.js'
import { refusals as shieldRefusals } from '../../sandbox/shield/settings.js'
import { open } from './raw-websocket.js'
import { bearer, tokensOf } from './tokens.js'

let deployment: Deployment
beforeAll(async () => {
  deployment = await startDeployment({ withGates: false })
})
afterAll(() => deployment.stop())

/** Processes that were started in, or with something of, this folder. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(folder)
    } catch {
      return false
    }
  })
}

it('has an environment that neither service refuses', () => {
  expect(busRefusals(deployment.environment)).toEqual([])
  expect(shieldRefusals(deployment.environment, join(deployment.folder, 'shield'))).toEqual([])
})

it('names where everything listens, and it listens there', async () => {
  const { inputs, environment } = deployment
  expect((await fetch(`${inputs['arqonbus.bus_http_url'] ?? ''}/health`)).status).toBe(200)
  expect((await fetch(inputs['shield.shield_metrics_url'] ?? '')).status).toBe(200)
  ;(
    await open(inputs['arqonbus.bus_url'] ?? '', bearer(tokensOf(environment['ARQONBUS_AUTH_JWT_SECRET'] ?? '').valid))
  ).close()
  ;(await open(inputs['shield.shield_url'] ?? '', bearer(tokensOf(environment['JWT_SECRET'] ?? '').valid))).close()
  ;(await open(inputs['arqonbus.telemetry_url'] ?? '')).close()
})

it('has the tables and indexes of the contract, owned by its own role', async () => {
  const client = new pg.Client({ connectionString: deployment.environment['ARQONBUS_POSTGRES_URL'] })
  await client.connect()
  try {
    const tables = await client.query(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user ORDER BY 1",
    )
    expect(tables.rows.map((row: { name: string }) => row.name)).toEqual([
      'arqonbus_continuum_projection',
      'arqonbus_continuum_projection_dlq',
      'arqonbus_continuum_projection_events',
    ])
    const indexes = await client.query(
      "SELECT indexname AS name FROM pg_indexes WHERE indexname LIKE 'idx_arqonbus_cont_%' ORDER BY 1",
    )
    expect(indexes.rows.map((row: { name: string }) => row.name)).toEqual([
      'idx_arqonbus_cont_proj_dlq_queued_at',
      'idx_arqonbus_cont_proj_events_episode',
      'idx_arqonbus_cont_proj_events_source_ts',
    ])
    const keys = await client.query(
      "SELECT string_agg(attname, ',' ORDER BY array_position(conkey, attnum)) AS columns FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey) WHERE contype = 'p' AND conrelid::regclass::text LIKE 'arqonbus_continuum%' GROUP BY conrelid ORDER BY 1",
    )
    expect(keys.rows.map((row: { columns: string }) => row.columns)).toEqual([
      'dlq_id',
      'tenant_id,agent_id,episode_id',
      'tenant_id,agent_id,event_id',
    ])
  } finally {
    await client.end()
  }
})

it('writes its environment as a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-test-'))
  try {
    deployment.writeEnvironmentFile(join(folder, 'env'))
    const lines = readFileSync(join(folder, 'env'), 'utf8').trim().split('\n')
    expect(lines.map((line) => line.slice(0, line.indexOf('=')))).toEqual(Object.keys(deployment.environment))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('has no gates when it was started without', () => {
  expect(() => deployment.gates).toThrow(/without gates/)
  expect(deployment.inputs).not.toHaveProperty(['arqonbus.repository'])
})

describe('another deployment', () => {
  it('has other secrets, and leaves nothing behind, paused or not', async () => {
    const other = await startDeployment({ withGates: false, migrate: false })
    expect(other.environment['JWT_SECRET']).not.toBe(deployment.environment['JWT_SECRET'])
    expect(
      await other.servers.postgres.administer("SELECT to_regclass('public.arqonbus_continuum_projection') AS found"),
    ).toEqual([{ found: null }])
    await other.migrate()
    expect(
      await other.servers.postgres.administer(
        "SELECT to_regclass('public.arqonbus_continuum_projection')::text AS found",
      ),
    ).toEqual([{ found: 'arqonbus_continuum_projection' }])
    expect(processesOf(other.folder)).not.toEqual([])
    await other.pauseAll()
    await other.stop()
    expect(processesOf(other.folder)).toEqual([])
    expect(existsSync(other.folder)).toBe(false)
  })

  it('leaves nothing behind either when a server cannot be started', async () => {
    const { PATH: path, TMPDIR: temporary } = process.env
    const bare = mkdtempSync(join(tmpdir(), 'preflight-test-'))
    try {
      Object.assign(process.env, { PATH: bare, TMPDIR: bare })
      await expect(startDeployment({ withGates: false })).rejects.toThrow()
      expect(readdirSync(bare)).toEqual([])
      expect(processesOf(bare)).toEqual([])
    } finally {
      process.env['PATH'] = path
      if (temporary === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = temporary
      rmSync(bare, { recursive: true })
    }
  })
})
