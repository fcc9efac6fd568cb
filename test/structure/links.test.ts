import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadPacks } from '../../src/checks/list-checks.js'
import { noConfiguration } from '../../src/checks/settings.js'
import { allRunbooks } from '../../src/runbooks/prepare/runbook-source.js'

const options = { checks: [], noBuiltin: false, config: undefined }
const { checks } = await loadPacks(options, noConfiguration)
const runbooks = await allRunbooks({ definitions: options, runbooks: [] })

const linked = (runbook: string): readonly string[] =>
  [...checks.values()].filter((check) => check.runbook === runbook).map(({ id }) => id.replace(/^arqonbus\//, ''))

it('every runbook that a check names ships', () => {
  const named = [...checks.values()].flatMap(({ runbook, remedy }) => [
    ...(runbook === undefined ? [] : [runbook]),
    ...(remedy !== undefined && 'runbook' in remedy ? [remedy.runbook] : []),
  ])
  expect(named.filter((id) => !runbooks.has(id))).toEqual([])
})

it('a check names the runbook that answers its failure, where there is one', () => {
  expect(linked('arqonbus/change-environment')).toEqual(
    'environment server-host server-host-here server-port storage-mode storage-mode-strict storage-backend dual-data-stack infra-protocol json-infra-forbidden telemetry-address telemetry-host-here auth-enabled jwt-algorithm numbers debug-off omega-off casil-mode casil-bounds persistence telemetry-enabled compression casil-metadata'
      .split(' ')
      .map((name) => `config/${name}`),
  )
  expect(linked('arqonbus/troubleshoot-redis')).toEqual(['datastores/hot-store'])
  expect(linked('arqonbus/tune-redis')).toEqual(['datastores/hot-store-eviction'])
  expect(linked('arqonbus/projector-migration')).toEqual(['datastores/postgres-migration'])
  expect(linked('arqonbus/preflight-incident')).toEqual(
    ['unit-integration', 'projector', 'shield-check', 'shield-test'].map((name) => `gates/${name}`),
  )
  expect(linked('arqonbus/datastore-failover')).toEqual(['runtime/storage', 'runtime/status'])
  expect(linked('arqonbus/troubleshoot-start')).toEqual(['runtime/reachable'])
  expect(linked('arqonbus/casil-reload')).toEqual(['runtime/casil-matches'])
  const [first, ...tokens] = linked('arqonbus/restart')
  expect([first, ...tokens.slice(-2)]).toEqual(
    ['configuration-matches', 'accepts-valid-token', 'omega-matches'].map((name) => `runtime/${name}`),
  )
  expect(tokens.slice(0, -2).length).toBeGreaterThan(3)
  for (const id of tokens.slice(0, -2)) expect(id).toMatch(/^runtime\/rejects-.*-token$/)
})

it('the command for a new token secret writes it to a new file of its owner, and shows nothing of it', () => {
  const remedies = [...checks.values()].flatMap(({ id, remedy }) =>
    remedy !== undefined && 'run' in remedy ? [{ id, remedy }] : [],
  )
  expect(remedies.map(({ id }) => id).toSorted()).toEqual([
    'aegis/config/secret-key-set',
    'aegis/secrets/secret-key',
    'arqonbus/secrets/jwt-secret',
    'arqonbus/secrets/jwt-secret-margin',
    'shield/config/jwt-secret-set',
    'shield/secrets/jwt-secret',
    'shield/secrets/jwt-secret-margin',
  ])
  for (const { id, remedy } of remedies) {
    const cwd = mkdtempSync(join(tmpdir(), 'preflight-remedy-'))
    const [program = '', ...args] = remedy.run
    const run = () => spawnSync(program, args, { cwd, encoding: 'utf8' })
    expect(run(), id).toMatchObject({ status: 0, stdout: '', stderr: '' })
    const file = join(cwd, `${id.split('/')[0]}-jwt.new`)
    const secret = readFileSync(file, 'utf8')
    expect(Buffer.from(secret, 'base64')).toHaveLength(48)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    // It is safe at any time: what is there stays.
    expect(run().status).not.toBe(0)
    expect(readFileSync(file, 'utf8')).toBe(secret)
    expect(run().stderr).not.toContain(secret.trim())
  }
})
