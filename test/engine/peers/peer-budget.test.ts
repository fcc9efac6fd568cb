import fc from 'fast-check'
import { expect, it } from 'vitest'
import { spentBudget, type CountedRequest, type PeerBudget } from '../../../src/engine/peers/peer-budget.js'
import { propertyRuns } from '../../property-runs.js'

const budget = (requests: number, per: number, name = 'api'): PeerBudget => ({
  name,
  address: 'localhost:80',
  requests,
  per,
})

interface Made extends CountedRequest {
  until: number
  /** When its peer counts it, and when it is over. */
  readonly counted: number
  readonly over: number
}

it('lets no stretch of time have more requests than the budget, however long each is under way', () => {
  const request = fc.record({
    pause: fc.nat(300),
    took: fc.nat(2000),
    countedAt: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.array(request),
      (most, per, all) => {
        let now = 0
        const made: Made[] = []
        for (const { pause, took, countedAt } of all) {
          now += pause
          for (;;) {
            for (const each of made) if (each.over <= now) each.until = each.over
            const spent = spentBudget([budget(most, per)], made, now)
            if (spent === undefined) break
            expect(spent.milliseconds).toBeGreaterThan(0)
            now += spent.isOpen ? Math.min(50, spent.milliseconds) : spent.milliseconds
          }
          made.push({ from: now, until: Infinity, counted: now + took * countedAt, over: now + took })
        }
        const counted = made.map((each) => each.counted).sort((one, other) => one - other)
        for (const [index, time] of counted.entries())
          expect(counted.filter((other, at) => at >= index && other < time + per).length).toBeLessThanOrEqual(most)
      },
    ),
    { numRuns: propertyRuns(300) },
  )
})

it('lets as many requests through at once as the budget has', () => {
  const before = [0, 0, 0].map((from) => ({ from, until: from + 1 }))
  expect(spentBudget([budget(4, 1000)], before, 2)).toBeUndefined()
  expect(spentBudget([budget(3, 1000)], before, 2)).toMatchObject({ peer: 'api', isOpen: false })
})

it('of two packs that name one address, both are kept to', () => {
  const before = [{ from: 0, until: 1 }]
  const spent = spentBudget([budget(1, 100, 'short'), budget(1, 1000, 'long')], before, 2)
  expect(spent?.peer).toBe('long')
})
