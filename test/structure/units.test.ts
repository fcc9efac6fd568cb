import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { unitComplaints, unitNames, unitSorts, type UnitSort } from './units.js'

const root = join(import.meta.dirname, '../..')
const sorts: readonly (readonly [string, UnitSort])[] = Object.entries(unitSorts)

describe.each(sorts)('every %s', (_, sort) => {
  it('has its files, and each holds what it must', () => {
    expect(unitNames(root, sort).length).toBeGreaterThan(2)
    expect(unitComplaints(root, sort)).toEqual([])
  })
})

describe.each(sorts)('a new %s', (_, sort) => {
  const [own, ...others] = sort.files.map(({ path, holds }) => ({ path: path('odd'), holds }))

  it('misses what does not come with it, by name', () => {
    const place = mkdtempSync(join(tmpdir(), 'units-'))
    mkdirSync(join(place, dirname(own!.path)), { recursive: true })
    writeFileSync(join(place, own!.path), '')
    expect(unitComplaints(place, sort)).toEqual([
      `${own!.path} is not complete: it must hold ${own!.holds}`,
      ...others.map(({ path, holds }) => `${path} is missing: it must hold ${holds}`),
    ])
  })
})

it('a self-test whose kind is gone misses it', () => {
  const place = mkdtempSync(join(tmpdir(), 'units-'))
  mkdirSync(join(place, 'src/checks/probes'), { recursive: true })
  writeFileSync(join(place, 'src/checks/probes/odd.self-test.ts'), 'export const selfTest = {}')
  expect(unitComplaints(place, unitSorts['probe kind'])[0]).toMatch(/^src\/checks\/probes\/odd\.ts is missing: /)
})
