import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { faults, findFault } from '../../../sandbox/faults/catalogue.js'
import { withoutCure } from '../../e2e/faults/without-cure.js'
import { loadDefinitions } from '../../../src/checks/load/load-definitions.js'
import { collectorRegistry, probeRegistry } from '../../../src/engine/folder-registry.js'
import { changed } from '../../../sandbox/faults/fault-effect.js'
import type { FaultGroup } from '../../../sandbox/faults/fault.js'

const packs = { folder: join(import.meta.dirname, '../../../checks'), label: 'checks' }
const { definitions } = await loadDefinitions([packs], probeRegistry, collectorRegistry)
// What the other deployments of the sandbox have is in the tests of each.
const shipped = [...definitions!.checks.values()].filter(({ id }) => /^(?:arqonbus|shield)\//.test(id))
const checkIds = shipped.map(({ id }) => id)
const advisory = shipped.filter(({ severity }) => severity === 'advisory').map(({ id }) => id)
const limited = shipped.filter(({ warn }) => warn.length > 0).map(({ id }) => id)

it.each(checkIds)('%s has a fault that it must catch', (id) => {
  expect(
    faults.map(({ caughtBy }) => caughtBy).includes(id),
    `a fault of sandbox/faults must have \`caughtBy: '${id}'\`, and be in the list of sandbox/faults/catalogue.ts`,
  ).toBe(true)
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
  it('is described in one line', () => {
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
    if (!limited.includes(fault.caughtBy)) expect(fault.status === 'warn').toBe(advisory.includes(fault.caughtBy))
    // A warning beside which a check of another severity is red ends as that one does.
    const isRedToo = fault.status === 'warn' && fault.alsoRed.some((id) => !advisory.includes(id))
    expect(fault.exitCode).toBe(isRedToo ? 1 : { warn: 0, fail: 1, error: 4, timeout: 4 }[fault.status])
  })
})

it('sets, replaces and removes', () => {
  expect(changed({ a: '1', b: '2' }, { a: null, b: '', c: '3' })).toEqual({ b: '', c: '3' })
})
