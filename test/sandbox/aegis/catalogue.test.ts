import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aegisFaults } from '../../../sandbox/aegis/faults/catalogue.js'
import { faults } from '../../../sandbox/faults/catalogue.js'
import { loadDefinitions } from '../../../src/checks/load/load-definitions.js'
import { collectorRegistry, probeRegistry } from '../../../src/engine/folder-registry.js'

const packs = { folder: join(import.meta.dirname, '../../../checks'), label: 'checks' }
const { definitions } = await loadDefinitions([packs], probeRegistry, collectorRegistry)
const checks = [...definitions!.checks.values()].filter(({ id }) => id.startsWith('aegis/'))

/** What no fault breaks, with what proves it instead. */
const withoutFault: Readonly<Record<string, string>> = {
  'aegis/datastores/pgcrypto':
    'it would take a file away from the installed server; test/e2e/aegis/other-aegis.test.ts',
  'aegis/datastores/query-time': 'a lock on the table; test/e2e/aegis/other-aegis.test.ts',
  'aegis/runtime/component-database': 'red beside aegis/datastores/postgres, with the fault aegis-database-down',
  'aegis/runtime/component-storage': 'red beside aegis/runtime/data-root, with the fault aegis-data-folder-gone',
  'aegis/runtime/comprehensive-mqtt': 'of another release: red with the fault aegis-of-another-release',
  'aegis/runtime/comprehensive-certificates': 'of another release: red with the fault aegis-of-another-release',
  'aegis/runtime/comprehensive-system': 'of another release: red with the fault aegis-of-another-release',
  'aegis/runtime/metrics-system': 'of another release: red with the fault aegis-of-another-release',
  'aegis/runtime/metrics-performance': 'of another release: red with the fault aegis-of-another-release',
  'aegis/certificates/authority-days': 'warns beside aegis/certificates/server, with aegis-certificates-expire-soon',
}

it.each(checks.map(({ id }) => id))('%s has a fault that it must catch, or a reason why not', (id) => {
  expect(aegisFaults.some(({ caughtBy }) => caughtBy === id)).toBe(!Object.hasOwn(withoutFault, id))
})

it('are enough, each under one name that no other deployment has', () => {
  expect(aegisFaults.length).toBeGreaterThanOrEqual(24)
  const names = [...aegisFaults, ...faults].map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

it('no two show the same', () => {
  const shown = aegisFaults.map(({ outcomes }) => JSON.stringify(Object.entries(outcomes).sort()))
  expect(new Set(shown).size).toBe(shown.length)
})

describe.each(aegisFaults)('$name', ({ name, title, outcomes }) => {
  it('is described in one line', () => {
    expect(name).toMatch(/^aegis-[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(title).toMatch(/^[^\n]{10,120}[^.\n]$/)
  })

  it('points at checks that exist', () => {
    for (const id of Object.keys(outcomes)) expect(checks.map((check) => check.id)).toContain(id)
  })
})
