import { describe, expect, it } from 'vitest'
import { factTypeOf } from '../../src/base/facts.js'
import { probeRegistry } from '../../src/engine/folder-registry.js'
import { undescribedFields } from '../runbooks/undescribed.js'

const names = probeRegistry.names()

describe.each(names)('%s', (name) => {
  it('has a title, a description and examples', async () => {
    const probe = await probeRegistry.load(name)
    expect(probe.title).not.toBe('')
    expect(probe.description.length).toBeGreaterThan(40)
    expect(probe.examples.length).toBeGreaterThan(0)
  })

  it('describes every input and every fact, and its facts have types that expressions know', async () => {
    const probe = await probeRegistry.load(name)
    expect(undescribedFields(probe)).toEqual([])
    expect(factTypeOf(probe.facts).type).toBe('object')
  })

  it('accepts its own examples', async () => {
    const probe = await probeRegistry.load(name)
    for (const example of probe.examples) expect(probe.input.safeParse(example.input).error?.issues ?? []).toEqual([])
  })
})
