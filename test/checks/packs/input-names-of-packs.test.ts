import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadDefinitions } from '../../../src/checks/load/load-definitions.js'
import { collectorRegistry, probeRegistry } from '../../../src/engine/folder-registry.js'

const packs = { folder: join(import.meta.dirname, '../../../checks'), label: 'checks' }
const { definitions } = await loadDefinitions([packs], probeRegistry, collectorRegistry)

/** Two packs of one deployment, whose bare names mean both. */
const ofOneDeployment = ['secret_repository', 'target_files']

it('no two packs that ship have an input of the same name: the bare name would be refused', () => {
  const systemsOf = new Map<string, string[]>()
  for (const { system, inputs } of definitions!.packs.values())
    for (const { name } of inputs) systemsOf.set(name, [...(systemsOf.get(name) ?? []), system])
  const shared = [...systemsOf].filter(([, systems]) => systems.length > 1)
  expect(shared.map(([name]) => name).sort()).toEqual(ofOneDeployment)
  for (const [, systems] of shared) expect(systems.sort()).toEqual(['arqonbus', 'shield'])
})
