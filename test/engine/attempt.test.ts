import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { attempt } from '../../src/engine/attempt.js'
import { Deadline } from '../../src/base/time/deadline.js'
import { messageOf } from '../../src/base/errors.js'
import { handOverStray, rejectingOnStray } from '../../src/base/stray-errors.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

const limit = 1000
const grace = 500

/** Attempts some work, and keeps the signal that it was given. */
function attempting(
  begin: (signal: AbortSignal) => unknown,
  over: Partial<Parameters<typeof attempt<unknown>>[0]> = {},
) {
  const given = { signal: undefined as AbortSignal | undefined }
  const ended = attempt<unknown>({
    begin: (signal) => {
      given.signal = signal
      return begin(signal) as Promise<unknown>
    },
    thrown: (error) => `thrown: ${messageOf(error)}`,
    limit: Deadline.after(limit),
    silence: 'it was silent',
    interruption: new AbortController().signal,
    grace,
    ...over,
  })
  return { ended, given }
}

/** The same, and how the work ended after it was cut off. */
async function cutOff(...given: Parameters<typeof attempting>) {
  const ended = await attempting(...given).ended
  if ('end' in ended) return ended
  await tick()
  await vi.advanceTimersByTimeAsync(grace)
  return { cut: ended.cut, late: await ended.late }
}

const tick = () => new Promise((resolve) => setImmediate(resolve))
const never = () => new Promise<never>(() => undefined)
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

/** What a library does that throws in a callback of its own. */
const stray = (error: unknown) => setImmediate(() => handOverStray(error))

describe('work that ends', () => {
  it('is over: its signal is aborted, and no timer is left', async () => {
    const { ended, given } = attempting(() => 'done')
    expect(await ended).toEqual({ end: 'done' })
    expect(given.signal?.reason).toEqual(new Error('the attempt has ended'))
  })

  it.each<[string, () => unknown, string]>([
    [
      'throws at once',
      () => {
        throw new Error('boom')
      },
      'boom',
    ],
    ['rejects', () => Promise.reject(new Error('boom')), 'boom'],
    ['rejects with text', () => Promise.reject('odd'), 'odd'],
    ['rejects with nothing', () => Promise.reject(undefined), 'an undefined was thrown'],
  ])('is what the caller makes of an error when it %s', async (_, begin, message) => {
    expect(await attempting(begin).ended).toEqual({ end: `thrown: ${message}` })
  })

  it('has all the time of the world where there is no limit', async () => {
    const { ended } = attempting(() => new Promise((resolve) => setTimeout(() => resolve('done'), 100 * limit)), {
      limit: undefined,
    })
    await vi.advanceTimersByTimeAsync(100 * limit)
    expect(await ended).toEqual({ end: 'done' })
  })
})

describe('work that is cut off', () => {
  it('by its limit ends although it never settles and ignores its signal', async () => {
    const { ended, given } = attempting(never)
    await vi.advanceTimersByTimeAsync(limit)
    const end = await ended
    expect(end).toMatchObject({ cut: { by: 'limit', why: 'it was silent' } })
    expect(given.signal?.reason).toEqual(new Error('it was silent'))
    await vi.advanceTimersByTimeAsync(grace)
    expect('late' in end && (await end.late)).toBeUndefined()
  })

  it('by its limit has as much more time as it waited for its turn', async () => {
    const held = Deadline.after(60_000)
    const letGo = held.hold()
    const { ended } = attempting(never, { limit: held })
    let isOver = false
    void ended.then(() => (isOver = true))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(isOver).toBe(false)
    // Its clock stands still for as long as it waits, and the timer comes back.
    await vi.advanceTimersByTimeAsync(120_000)
    expect(isOver).toBe(false)
    letGo()
    vi.spyOn(held, 'remaining').mockReturnValue(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await ended).toMatchObject({ cut: { by: 'limit' } })
    await vi.advanceTimersByTimeAsync(grace)
  })

  it('by an interruption ends at once', async () => {
    const interruption = new AbortController()
    const ended = cutOff(never, { interruption: interruption.signal, limit: undefined })
    interruption.abort()
    expect(await ended).toEqual({ cut: { by: 'interruption', why: 'it was interrupted' }, late: undefined })
  })

  it('by an interruption that came before is begun, and may say so', async () => {
    const ended = cutOff((signal) => aborted(signal).then(() => 'half'), { interruption: AbortSignal.abort() })
    expect(await ended).toEqual({ cut: { by: 'interruption', why: 'it was interrupted' }, late: 'half' })
  })

  it.each<[string, (signal: AbortSignal) => unknown, string | undefined]>([
    ['what it hands in within its grace', (signal) => aborted(signal).then(() => 'half'), 'half'],
    [
      'what it throws within its grace',
      (signal) => aborted(signal).then(() => Promise.reject('closed')),
      'thrown: closed',
    ],
    [
      'nothing that comes later',
      (signal) =>
        aborted(signal)
          .then(() => new Promise((resolve) => setTimeout(resolve, grace + 1)))
          .then(() => Promise.reject(new Error('too late'))),
      undefined,
    ],
  ])('is known by %s', async (_, begin, late) => {
    const interruption = new AbortController()
    const ended = cutOff(begin, { interruption: interruption.signal })
    setImmediate(() => interruption.abort())
    expect(await ended).toMatchObject({ late })
    // What rejects now is heard, or the test run fails.
    await vi.advanceTimersByTimeAsync(grace)
  })
})

describe('a stray error', () => {
  it('cuts off the work that it came from', async () => {
    const { ended, given } = attempting(() => {
      stray(new TypeError('x is undefined'))
      return never()
    })
    const end = await ended
    expect(end).toMatchObject({ cut: { by: 'stray', why: 'x is undefined' } })
    expect(given.signal?.aborted).toBe(true)
    await vi.advanceTimersByTimeAsync(grace)
  })

  it('leaves what the work hands in within its grace, as does one that comes then', async () => {
    const ended = cutOff(async (signal) => {
      stray(new Error('first'))
      stray(new Error('second'))
      await aborted(signal)
      stray(new Error('third'))
      await tick()
      return 'half'
    })
    expect(await ended).toEqual({ cut: { by: 'stray', why: 'first' }, late: 'half' })
  })

  it('changes nothing after the end', async () => {
    const { ended } = attempting(() => {
      stray(new Error('late'))
      return 'done'
    })
    expect(await ended).toEqual({ end: 'done' })
    await tick()
  })

  it('is the end of work that must not go on after one, as an error of no class', async () => {
    const { ended } = attempting(() =>
      rejectingOnStray(() => {
        stray(new RangeError('lost'))
        return never()
      }),
    )
    expect(await ended).toEqual({ end: 'thrown: lost' })
    await expect(
      rejectingOnStray(() => {
        handOverStray(new RangeError('lost'))
        return never()
      }),
    ).rejects.not.toBeInstanceOf(RangeError)
  })
})
