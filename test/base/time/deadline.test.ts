import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Deadline } from '../../../src/base/time/deadline.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

it('moves on by as long as it was held, once for all who held it', () => {
  const limit = Deadline.after(100)
  vi.advanceTimersByTime(40)
  const [one, other] = [limit.hold(), limit.hold()]
  vi.advanceTimersByTime(500)
  expect(limit.remaining()).toBe(60)
  one()
  one()
  vi.advanceTimersByTime(500)
  expect(limit.remaining()).toBe(60)
  expect(limit.held()).toBe(1000)
  other()
  vi.advanceTimersByTime(50)
  expect(limit.remaining()).toBe(10)
  expect(limit.held()).toBe(1000)
})

it('does not move the deadline that it is within', () => {
  const run = Deadline.after(300)
  const limit = run.within(100)
  const letGo = limit.hold()
  vi.advanceTimersByTime(250)
  expect(limit.remaining()).toBe(50)
  expect(run.remaining()).toBe(50)
  letGo()
  expect(limit.remaining()).toBe(50)
  vi.advanceTimersByTime(60)
  expect(limit.remaining()).toBe(0)
})
