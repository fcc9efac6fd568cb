import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  hashOf,
  lineOf,
  noLine,
  readLine,
  headOf,
  slotOf,
  slotSize,
} from '../../../src/runbooks/record/journal-line.js'
import type { JournalEvent } from '../../../src/runbooks/record/journal.js'

const text = fc.string({ unit: 'binary', maxLength: 60 })
const event: fc.Arbitrary<JournalEvent> = fc.record({
  type: fc.constant('step-result' as const),
  step: text,
  attempt: fc.integer({ min: 1, max: 9 }),
  state: fc.constantFrom('done' as const, 'failed' as const, 'unknown' as const),
  effect: fc.constantFrom('none' as const, 'possible' as const),
  message: text,
  facts: fc.dictionary(fc.constantFrom('a', 'b'), fc.jsonValue()),
  outputs: fc.dictionary(fc.constantFrom('a', 'b'), text),
  durationMs: fc.integer({ min: 0, max: 1e6 }),
})

it('gives back what was written, whatever it contains, on one line', () => {
  fc.assert(
    fc.property(event, fc.integer({ min: 1, max: 1e9 }), (given, seq) => {
      const written = JSON.parse(JSON.stringify(given)) as JournalEvent
      const entry = { seq, at: new Date(seq).toISOString(), event: written }
      const line = lineOf(entry, noLine)
      expect(line).not.toContain('\n')
      expect(readLine(Buffer.from(line), { seq: seq - 1, hash: noLine })).toEqual({ entry, hash: hashOf(line) })
    }),
  )
})

it('reads the newer of two slots, and the older one when the newer was cut off in the middle', () => {
  const older = { seq: 6, hash: 'a'.repeat(64) }
  const newer = { seq: 7, hash: 'b'.repeat(64) }
  const file = Buffer.concat([slotOf(older), slotOf(newer)])
  expect(headOf(file)).toEqual(newer)
  for (let written = 0; written < 80; written += 1) {
    const torn = Buffer.from(file)
    slotOf({ seq: 9, hash: 'c'.repeat(64) }).copy(torn, slotSize, 0, written)
    expect([undefined, 6, 7, 9]).toContain(headOf(torn)?.seq)
    expect(headOf(torn)).not.toBeUndefined()
  }
})
