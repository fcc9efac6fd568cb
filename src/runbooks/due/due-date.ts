import type { Schedule } from '../definition/runbook-vocabulary.js'

/** A day of the calendar of this machine's time zone: `2026-12-01`. */
export function calendarDay(at: Date): string {
  const [year, month, day] = [at.getFullYear(), at.getMonth() + 1, at.getDate()]
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/**
 * The day from which a runbook is due again, whatever the hour: done later on one day is not done later on every
 * day after it. Of a month that is too short for the day of the run it is the last day.
 */
export function dueDay(lastRun: Date, schedule: Schedule): string {
  const [year, month, day] = [lastRun.getFullYear(), lastRun.getMonth(), lastRun.getDate()]
  switch (schedule) {
    case 'daily':
      return calendarDay(new Date(year, month, day + 1))
    case 'weekly':
      return calendarDay(new Date(year, month, day + 7))
    case 'monthly': {
      const lastOfNext = new Date(year, month + 2, 0).getDate()
      return calendarDay(new Date(year, month + 1, Math.min(day, lastOfNext)))
    }
  }
}
