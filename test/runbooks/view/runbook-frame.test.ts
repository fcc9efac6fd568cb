import fc from 'fast-check'
import { expect, it } from 'vitest'
import { runbookFrameAt } from '../../../src/runbooks/view/live.js'
import { stepPaletteFor } from '../../../src/runbooks/view/step-lines.js'

it('is never higher or wider than the terminal, and one line at least', () => {
  const text = fc.string({ maxLength: 200 }).map((each) => each.replace(/\P{ASCII}|[^ -~]/gu, '.'))
  const frame = fc.record({
    title: text,
    ended: fc.nat(999),
    total: fc.constant(1000),
    running: fc.option(text, { nil: undefined }),
    output: fc.array(text, { maxLength: 3 }),
    next: fc.array(text, { maxLength: 3 }),
    further: fc.nat(999),
  })
  fc.assert(
    fc.property(frame, fc.integer({ min: 2, max: 40 }), fc.integer({ min: 10, max: 120 }), (given, rows, columns) => {
      const lines = runbookFrameAt(given, { rows, columns }, stepPaletteFor(false), 0)
      expect(lines.length).toBeGreaterThan(0)
      expect(lines.length).toBeLessThan(rows)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(columns)
    }),
  )
})
