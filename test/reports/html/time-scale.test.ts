import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tickLabel, timeScale } from '../../../src/reports/html/timeline.js'

describe('the axis of a timeline', () => {
  it.each([
    [0, '0 1ms'],
    [7, '0 1ms 2ms 3ms 4ms 5ms 6ms 7ms'],
    [980, '0 200ms 400ms 600ms 800ms 1s'],
    [31_120, '0 5s 10s 15s 20s 25s 30s 35s'],
    [200_000, '0 30s 1m 1m30s 2m 2m30s 3m 3m30s'],
    [3_600_000, '0 10m 20m 30m 40m 50m 1h'],
  ])('of %i ms has round lines', (longest, labels) => {
    expect(timeScale(longest).ticks.map(tickLabel).join(' ')).toBe(labels)
  })

  it('holds any duration in at most eight equal parts', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e13, noNaN: true }), (longest) => {
        const { span, ticks } = timeScale(longest)
        expect(span).toBeGreaterThanOrEqual(longest)
        expect(ticks.length).toBeGreaterThanOrEqual(2)
        expect(ticks.length).toBeLessThanOrEqual(9)
        expect([ticks[0], ticks.at(-1)]).toEqual([0, span])
      }),
    )
  })

  it('takes nonsense for nothing', () => {
    expect(timeScale(Number.NaN).span).toBe(1)
    expect(timeScale(-5).span).toBe(1)
  })
})
