import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundedValues, largestValue } from '../../../src/checks/result/redacted-facts.js'
import { propertyRuns } from '../../property-runs.js'

const json = (value: unknown): string => JSON.stringify(value, null, 2)
const cutOf = (value: unknown) => ({
  cut: { bytes: Buffer.byteLength(json(value)), sha256: createHash('sha256').update(json(value)).digest('hex') },
})

describe('the values of a result', () => {
  it('stay as they are up to 256 KiB, each by itself', () => {
    const values = {
      text: 'x'.repeat(largestValue - 2),
      list: Array.from({ length: 1000 }, (_, at) => at),
      none: null,
      nested: { a: [{ b: true }] },
    }
    expect(boundedValues(values)).toEqual(values)
  })

  it('are cut above, with their size and digest', () => {
    const list = Array.from({ length: 100_000 }, (_, at) => at)
    expect(boundedValues({ status: 200, list })).toEqual({ status: 200, list: cutOf(list) })
    const text = 'é'.repeat(largestValue)
    const { cut } = cutOf(text)
    expect(boundedValues({ text })).toEqual({
      text: `${'é'.repeat(1024)}… (cut: ${cut.bytes} bytes as JSON, sha256 ${cut.sha256})`,
    })
  })

  it('lose only what is too large in them, where that is enough', () => {
    const items = Array.from({ length: 100_000 }, () => 'x')
    const page = { version: '1.2', items, more: { deep: [items] } }
    expect(boundedValues({ json: page })).toEqual({
      json: { version: '1.2', items: cutOf(items), more: { deep: [cutOf(items)] } },
    })
  })

  it('count as they are written, indented', () => {
    let deep: unknown = Array.from({ length: 2000 }, () => 0)
    for (let level = 0; level < 90; level += 1) deep = [deep]
    expect(JSON.stringify(deep).length).toBeLessThan(10_000)
    expect(json(boundedValues({ deep })).length).toBeLessThan(largestValue + 1000)
  })

  it('end in no half of a character', () => {
    const text = boundedValues({ text: `a${'🙂'.repeat(100_000)}` })['text'] as string
    expect(text).toMatch(/^a(🙂){511}… \(cut: /u)
  })

  it('never take more than that, whatever they are', () => {
    const long = fc.integer({ min: 0, max: 300_000 }).map((length) => 'y'.repeat(length))
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        long,
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('any'), { maxKeys: 4 }),
      ),
    })).any
    fc.assert(
      fc.property(value, (each) => {
        expect(Buffer.byteLength(json(boundedValues({ each })['each']))).toBeLessThanOrEqual(largestValue)
      }),
      { numRuns: propertyRuns(60) },
    )
  })
})
