import { describe, expect, it } from 'vitest'
import { authorSchema } from '../../../scripts/reference/json-schema.js'
import { collectorRegistry } from '../../../src/engine/folder-registry.js'

const names = collectorRegistry.names()

describe.each(names)('%s', (name) => {
  it('has a title', async () => {
    expect((await collectorRegistry.load(name)).title.length).toBeGreaterThan(10)
  })

  it('describes all that it takes, and refuses what it does not know', async () => {
    const { input } = await collectorRegistry.load(name)
    const fields = Object.values(authorSchema(input).properties ?? {})
    expect(fields.length).toBeGreaterThan(0)
    expect(fields.filter(({ description }) => (description ?? '') === '')).toEqual([])
    expect(input.safeParse({ unheard: 1 }).error?.issues.map(({ code }) => code)).toContain('unrecognized_keys')
  })
})
