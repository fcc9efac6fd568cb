import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { faults, findFault } from '../../../sandbox/faults/catalogue.js'
import { withoutCure } from '../../e2e/faults/without-cure.js'
import { loadDefinitions } from '../../../src/checks/load/load-definitions.js'
import { collectorRegistry, probeRegistry } from '../../../src/engine/folder-registry.js'
import { changed } from '../../../sandbox/faults/fault-effect.js'
import type { FaultGroup } from '../../../sandbox/faults/fault.js'

const under = (prefix: string, names: string): string[] => names.split(' ').map((name) => `${prefix}/${name}`)

/**
 * The ids of the shipped packs, written down a second time: a fault must not be bound to a check that does not exist.
 */
const advisory = [
  'arqonbus/config/storage-mode-strict',
  'arqonbus/config/unread-variables',
  'arqonbus/config/telemetry-enabled',
  'arqonbus/config/compression',
  'arqonbus/config/casil-metadata',
  'arqonbus/config/hot-store-ssl-switch',
  'arqonbus/config/postgres-ssl-switch',
  'arqonbus/secrets/jwt-secret-margin',
  'arqonbus/secrets/jwt-secret-blanks',
  'arqonbus/datastores/hot-store-eviction',
  'arqonbus/datastores/hot-store-password',
  'arqonbus/datastores/postgres-headroom',
  'arqonbus/runtime/version',
  'shield/secrets/jwt-secret-margin',
  'shield/secrets/jwt-secret-blanks',
  'shield/datastores/nats-jetstream',
  'shield/runtime/metrics',
]
const checkIds = [
  ...under('arqonbus/toolchain', 'rust-toolchain'),
  ...under(
    'arqonbus/config',
    'environment server-host server-host-here server-port storage-mode storage-mode-strict storage-backend hot-store-url postgres-url dual-data-stack infra-protocol json-infra-forbidden',
  ),
  ...under(
    'arqonbus/config',
    'telemetry-address telemetry-host-here auth-enabled jwt-algorithm jwt-skip-validation-absent numbers debug-off omega-off casil-bounds casil-mode unread-variables persistence telemetry-enabled compression casil-metadata values-filled-in hot-store-tls postgres-tls hot-store-ssl-switch postgres-ssl-switch',
  ),
  ...under('arqonbus/secrets', 'jwt-secret jwt-secret-margin jwt-secret-blanks datastore-passwords'),
  ...under(
    'arqonbus/datastores',
    'hot-store postgres hot-store-eviction hot-store-password postgres-migration postgres-headroom ollama',
  ),
  ...under(
    'arqonbus/gates',
    'test-database install python-env redis-script postgres-script unit-integration projector shield-check shield-test',
  ),
  ...under(
    'arqonbus/runtime',
    'health storage status version metrics configuration-matches reachable one-listener rejects-missing-token rejects-forged-token rejects-expired-token rejects-unsigned-token accepts-valid-token refuses-json casil-matches telemetry message-history',
  ),
  ...under(
    'shield/config',
    'jwt-secret-set jwt-skip-validation-absent nats-url nats-credentials schema-strict policy-module descriptor values-filled-in',
  ),
  ...under('shield/secrets', 'jwt-secret jwt-secret-margin jwt-secret-blanks'),
  ...under('shield/datastores', 'nats nats-jetstream'),
  ...under(
    'shield/runtime',
    'reachable one-listener rejects-missing-token rejects-malformed-authorization rejects-forged-token rejects-expired-token rejects-unsigned-token relays-valid-envelope refuses-invalid-envelope metrics',
  ),
]

it('knows every check that ships', async () => {
  const root = { folder: join(import.meta.dirname, '../../../checks'), label: 'checks' }
  const { definitions } = await loadDefinitions([root], probeRegistry, collectorRegistry)
  expect([...checkIds].sort()).toEqual([...definitions!.checks.keys()].sort())
})

it.each(checkIds)('%s has a fault that it must catch', (id) => {
  expect(faults.filter((fault) => fault.caughtBy === id)).not.toEqual([])
})

it.each<[FaultGroup, number]>([
  ['configuration', 12],
  ['secrets', 6],
  ['servers', 12],
  ['processes', 10],
  ['toolchain', 1],
  ['gates', 5],
])('has enough faults of %s', (group, least) => {
  expect(faults.filter((fault) => fault.group === group).length).toBeGreaterThanOrEqual(least)
})

it('has no reason for a fault that there is not', () => {
  const names = faults.map((fault) => fault.name)
  expect(Object.keys(withoutCure).filter((name) => !names.includes(name))).toEqual([])
})

it('names every fault once', () => {
  const names = faults.map((fault) => fault.name)
  expect(new Set(names).size).toBe(names.length)
  expect(findFault('redis-down')?.caughtBy).toBe('arqonbus/datastores/hot-store')
  expect(findFault('no-such-fault')).toBeUndefined()
})

describe.each(faults)('$name', (fault) => {
  it('is told in one line', () => {
    expect(fault.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(fault.title).toMatch(/^[^\n]{10,120}[^.\n]$/)
  })

  it('has a cure, or a reason why it has none', () => {
    expect(fault.cure === undefined).toBe(Object.hasOwn(withoutCure, fault.name))
  })

  it('points at checks that exist, and not twice', () => {
    for (const id of [fault.caughtBy, ...fault.alsoRed]) expect(checkIds).toContain(id)
    expect(fault.alsoRed).not.toContain(fault.caughtBy)
    expect(new Set(fault.alsoRed).size).toBe(fault.alsoRed.length)
  })

  it('has the exit code that its status has', () => {
    expect(fault.status === 'warn').toBe(advisory.includes(fault.caughtBy))
    // A warning beside which a check of another severity is red ends as that one does.
    const isRedToo = fault.status === 'warn' && fault.alsoRed.some((id) => !advisory.includes(id))
    expect(fault.exitCode).toBe(isRedToo ? 1 : { warn: 0, fail: 1, error: 4, timeout: 4 }[fault.status])
  })
})

it('sets, replaces and removes', () => {
  expect(changed({ a: '1', b: '2' }, { a: null, b: '', c: '3' })).toEqual({ b: '', c: '3' })
})
