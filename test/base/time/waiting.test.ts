import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { signalWithin } from '../../../src/base/time/deadline.js'
import { settledWithin, untilAborted } from '../../../src/base/time/waiting.js'

const never = new Promise<string>(() => {})

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('waiting for a promise within bounds', () => {
  it.each([
    ['its value', Promise.resolve('value'), 'value'],
    ['nothing when the signal comes first', never, undefined],
  ])('gives %s', async (_what, promise, expected) => {
    expect(await settledWithin(promise, { milliseconds: 1000, signal: AbortSignal.abort() })).toBe(expected)
  })

  it('gives nothing when the time is over', async () => {
    const waited = settledWithin(never, { milliseconds: 1000 })
    await vi.advanceTimersByTimeAsync(1000)
    expect(await waited).toBeUndefined()
  })

  it('throws what the promise rejects with, and leaves what it rejects with later', async () => {
    await expect(settledWithin(Promise.reject(new Error('no')), { milliseconds: 1000 })).rejects.toThrow('no')
    let reject: (error: Error) => void = () => {}
    const late = new Promise<never>((_resolve, fail) => (reject = fail))
    expect(await settledWithin(late, { signal: AbortSignal.abort() })).toBeUndefined()
    reject(new Error('too late'))
    await vi.advanceTimersByTimeAsync(1)
  })

  it('leaves no timer and no listener', async () => {
    const { signal } = new AbortController()
    await settledWithin(Promise.resolve(), { milliseconds: 1000, signal })
    await settledWithin(Promise.reject(new Error('no')), { milliseconds: 1000, signal }).catch(() => {})
    expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([0, 0])
  })

  it('waits for long where a timer of Node would fire at once', async () => {
    const waited = vi.fn()
    void settledWithin(never, { milliseconds: 2 ** 40 }).then(waited)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(waited).not.toHaveBeenCalled()
  })
})

describe('waiting until a signal', () => {
  it('takes the signal for silence, and a value that is nothing for a value', async () => {
    expect(await untilAborted(new AbortController().signal, Promise.resolve(undefined))).toBeUndefined()
    const controller = new AbortController()
    const waited = untilAborted(controller.signal, never)
    controller.abort()
    await expect(waited).rejects.toMatchObject({ name: 'SilenceError' })
  })
})

describe('a signal within a time', () => {
  it('is aborted when the time is over, or with its source', async () => {
    const limited = signalWithin(new AbortController().signal, 1000)
    await vi.advanceTimersByTimeAsync(999)
    expect(limited.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(limited.signal.aborted).toBe(true)
    expect(signalWithin(AbortSignal.abort(), 1000).signal.aborted).toBe(true)
  })

  it('leaves no timer and no listener when it is disposed of', () => {
    const { signal } = new AbortController()
    signalWithin(signal, 1000).dispose()
    expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([0, 0])
  })
})
