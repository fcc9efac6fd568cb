import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dateAhead, dayOf, daysLeft } from '../../../src/checks/waivers/waiver.js'

const at = (time: string): number => Date.parse(time)

describe('the day a waiver ends', () => {
  it.each([
    ['2026-03-01', '2026-02-26T00:00:00Z', 3],
    ['2026-03-01', '2026-03-01T00:00:00.000Z', 0],
    ['2026-03-01', '2026-03-01T23:59:59.999Z', 0],
    ['2026-03-01', '2026-03-02T00:00:00.000Z', -1],
    ['2026-03-01', '2026-03-01T23:59:59.999-01:00', -1],
    ['2026-03-01', '2026-03-02T13:59:59.999+14:00', 0],
    ['2028-02-29', '2028-02-28T12:00:00Z', 1],
    ['2028-03-01', '2028-02-28T12:00:00Z', 2],
    ['2027-03-01', '2027-02-28T12:00:00Z', 1],
  ])('%s is, at %s, %i days away', (expires, now, days) => {
    expect(daysLeft({ expires }, at(now))).toBe(days)
  })

  it.each([
    '2026-02-29',
    '2100-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-3-1',
    '26-03-01',
    '2026-03-01T00:00:00Z',
    '2026-03-01 ',
    ' 2026-03-01',
    '01.03.2026',
    '٢٠٢٦-03-01',
    '+002026-03-01',
    '',
    'never',
  ])('%j is not a day', (text) => {
    expect(dayOf(text)).toBeUndefined()
  })

  it('is so many days away as it was put ahead, at any moment', () => {
    const moments = fc.integer({ min: 0, max: at('2200-01-01T00:00:00Z') })
    fc.assert(
      fc.property(
        moments,
        fc.integer({ min: 0, max: 400 }),
        (now, days) => daysLeft({ expires: dateAhead(now, days) }, now) === days,
      ),
    )
  })
})
