import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { schedules } from '../../../src/runbooks/definition/runbook-vocabulary.js'
import { calendarDay, dueDay } from '../../../src/runbooks/due/due-date.js'

/** A time of day by the clock of this machine, as the calendar is. */
const at = (day: string, time = '09:05'): Date => new Date(`${day}T${time}:00`)

describe('the day from which a runbook is due again', () => {
  it.each([
    ['daily', '2026-12-01', '2026-12-02'],
    ['daily', '2026-12-31', '2027-01-01'],
    ['weekly', '2026-12-01', '2026-12-08'],
    ['monthly', '2026-12-01', '2027-01-01'],
    ['monthly', '2026-01-31', '2026-02-28'],
    ['monthly', '2028-01-31', '2028-02-29'],
    ['monthly', '2026-10-31', '2026-11-30'],
  ] as const)('of one that is %s and was run on %s is %s', (schedule, run, due) => {
    expect(dueDay(at(run), schedule)).toBe(due)
  })

  it('does not depend on the hour, so that one that was run late is not due later every day', () => {
    fc.assert(
      fc.property(
        fc.date({ min: at('2026-01-01'), max: at('2036-01-01'), noInvalidDate: true }),
        fc.constantFrom(...schedules),
        (run, schedule) => {
          const day = calendarDay(run)
          const due = dueDay(run, schedule)
          expect(due > day).toBe(true)
          expect(due).toBe(dueDay(at(day, '00:00'), schedule))
          expect(due).toBe(dueDay(at(day, '23:59'), schedule))
        },
      ),
    )
  })
})
