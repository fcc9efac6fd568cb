import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { authorSchema } from '../../../scripts/reference/json-schema.js'
import { collectorRegistry } from '../../../src/engine/folder-registry.js'

const names = collectorRegistry.names()

it('finds the kinds that the product promises', () => {
  expect(names).toEqual(['log', 'nats-info', 'page', 'ports', 'postgres-info', 'program', 'redis-info', 'system'])
})

describe.each(names)('%s', (name) => {
  it('has a title and a sibling test', async () => {
    expect((await collectorRegistry.load(name)).title.length).toBeGreaterThan(10)
    expect(existsSync(join(import.meta.dirname, `${name}.test.ts`))).toBe(true)
  })

  it('describes all that it takes, and refuses what it does not know', async () => {
    const { input } = await collectorRegistry.load(name)
    const fields = Object.values(authorSchema(input).properties ?? {})
    expect(fields.length).toBeGreaterThan(0)
    expect(fields.filter(({ description }) => (description ?? '') === '')).toEqual([])
    expect(input.safeParse({ unheard: 1 }).error?.issues.map(({ code }) => code)).toContain('unrecognized_keys')
  })
})
