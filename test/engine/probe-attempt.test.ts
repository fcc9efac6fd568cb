import { describe, expect, it } from 'vitest'
import { Deadline } from '../../src/base/time/deadline.js'
import { ElsewhereError, SilenceError } from '../../src/base/errors.js'
import { handOverStray } from '../../src/base/stray-errors.js'
import type { Probe } from '../../src/engine/probe.js'
import { attemptProbe, type ProbeAttemptRequest, type ProbeResult } from '../../src/engine/probe-attempt.js'
import {
  answerProbe,
  climbed,
  definition,
  ladderProbe,
  surroundings,
  template,
  type Observe,
} from '../checks/run/builders.js'

function attempt(probe: Probe, overrides: Partial<ProbeAttemptRequest> = {}) {
  return attemptProbe({
    definition: definition({ id: 'demo/config/a', timeout: 200 }),
    probe,
    surroundings: surroundings(),
    deadline: Deadline.after(20_000),
    timeoutCap: undefined,
    signal: new AbortController().signal,
    onReached: () => undefined,
    ...overrides,
  })
}

async function resultOf(observe: Observe, overrides: Partial<ProbeAttemptRequest> = {}): Promise<ProbeResult> {
  return (await attempt(answerProbe(observe), overrides)).result
}

const never = () => new Promise<never>(() => undefined)

describe('an attempt', () => {
  it('gives the facts of its probe, frozen', async () => {
    const result = await resultOf(async () => ({ ok: true, value: 'x' }))
    expect(result).toEqual({ kind: 'observed', facts: { ok: true, value: 'x' }, concealed: {} })
    expect(result.kind === 'observed' && Object.isFrozen(result.facts)).toBe(true)
  })

  it('is an error that may change when its probe throws', async () => {
    const result = await resultOf(() => {
      throw new Error('boom')
    })
    expect(result).toEqual({ kind: 'error', message: 'boom', mayChange: true })
  })

  it('is an error that may change when a library throws where nothing catches it, and says how far it came', async () => {
    const { result } = await attempt(
      ladderProbe((_, context) => {
        context.reached('connect')
        setImmediate(() => handOverStray(new Error('bad length')))
        return new Promise((resolve) => context.signal.addEventListener('abort', resolve))
      }),
      { definition: definition({ id: 'a/b/c' }) },
    )
    expect(result).toEqual({
      kind: 'error',
      message: 'a library failed on data that the peer sent: bad length; reached: connect, next: hello',
      mayChange: true,
    })
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'ok'],
    ['a missing fact', { ok: true }],
    ['a fact of another type', { ok: 'true', value: '' }],
    ['an undeclared fact', { ok: true, value: '', extra: 1 }],
  ])('is an error that cannot change when its probe returns %s', async (_, facts) => {
    const result = await resultOf(() => facts)
    expect(result).toMatchObject({
      kind: 'error',
      mayChange: false,
      message: expect.stringContaining('wrong shape') as unknown,
    })
  })

  it('is not applicable when what its probe looks at is on another host', async () => {
    const result = await resultOf(() =>
      Promise.reject(new ElsewhereError('its files are on another host and were not opened: client key /k')),
    )
    expect(result).toEqual({
      kind: 'not-applicable',
      message: 'its files are on another host and were not opened: client key /k',
    })
  })

  it('is an error when an open-ended fact holds what JSON cannot', async () => {
    const { z } = await import('zod')
    const probe = answerProbe(() => ({ body: { count: 10n } }), { facts: z.strictObject({ body: z.unknown() }) })
    expect((await attempt(probe)).result).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('facts.body.count') as unknown,
    })
  })

  it('is an error when the input cannot be resolved or is refused, and the probe does not run', async () => {
    let runs = 0
    const probe = answerProbe(() => {
      runs += 1
    })
    const unresolved = definition({
      id: 'a/b/c',
      probe: {
        kind: 'answer',
        input: template(() => {
          throw new Error('env.X is absent')
        }),
      },
    })
    const refused = definition({ id: 'a/b/c', input: { id: 5 } })
    expect((await attempt(probe, { definition: unresolved })).result).toMatchObject({
      kind: 'error',
      mayChange: false,
      message: expect.stringContaining('env.X is absent') as unknown,
    })
    expect((await attempt(probe, { definition: refused })).result).toMatchObject({
      kind: 'error',
      mayChange: false,
      message: expect.stringContaining('id: ') as unknown,
    })
    expect(runs).toBe(0)
  })
})

describe('the time limit of an attempt', () => {
  it('ends a probe that never settles and ignores its signal', async () => {
    const { result, released } = await attempt(answerProbe(never))
    expect(result).toEqual({ kind: 'timeout', message: 'no answer within 200ms' })
    await released
  })

  it('says how far a ladder came, and what came next', async () => {
    const reached: string[] = []
    const probe = ladderProbe((_, context) => {
      context.reached('connect')
      return never()
    })
    const { result } = await attempt(probe, { onReached: (rung) => reached.push(rung) })
    expect(result).toEqual({ kind: 'timeout', message: 'no answer within 200ms; reached: connect, next: hello' })
    expect(reached).toEqual(['connect'])
  })

  it('says that a ladder reached nothing', async () => {
    const { result } = await attempt(ladderProbe(never))
    expect(result).toEqual({
      kind: 'timeout',
      message: 'no answer within 200ms; reached: nothing, next: connect',
      isUnreached: true,
    })
  })

  it('takes a probe that reports silence itself at its word', async () => {
    const { result } = await attempt(
      ladderProbe((_, context) => {
        context.reached('connect')
        context.reached('hello')
        throw new SilenceError('no banner')
      }),
      { definition: definition({ id: 'a/b/c' }) },
    )
    expect(result).toEqual({ kind: 'timeout', message: 'no banner; reached: hello, next: ready' })
  })

  it('is the cap of the run when that is less, and the deadline when that is nearer', async () => {
    const long = definition({ id: 'a/b/c', timeout: 20_000 })
    expect((await attempt(answerProbe(never), { definition: long, timeoutCap: 50 })).result).toEqual({
      kind: 'timeout',
      message: 'no answer within 50ms',
    })
    expect((await attempt(answerProbe(never), { definition: long, deadline: Deadline.after(50) })).result).toEqual({
      kind: 'timeout',
      message: "no answer before the run's deadline",
    })
  })

  it('aborts the signal, and hears nothing more from the probe', async () => {
    const reached: string[] = []
    let isAborted = false
    const probe = ladderProbe(
      (_, context) =>
        new Promise((resolve) => {
          context.signal.addEventListener('abort', () => {
            isAborted = true
            context.reached('hello')
            resolve(climbed)
          })
        }),
    )
    const { result, released } = await attempt(probe, { onReached: (rung) => reached.push(rung) })
    await released
    expect({ kind: result.kind, isAborted, reached }).toEqual({ kind: 'timeout', isAborted: true, reached: [] })
  })

  it('is not an error when the probe gives up because its limit passed', async () => {
    const result = await resultOf(
      (_, { deadline }) =>
        new Promise((_resolve, reject) => {
          const poll = () => (deadline.remaining() === 0 ? reject(new Error('the driver gave up')) : setImmediate(poll))
          poll()
        }),
    )
    expect(result).toEqual({ kind: 'timeout', message: 'no answer within 200ms' })
  })
})

describe('an interrupted attempt', () => {
  it('ends at once, whatever the probe does', async () => {
    const interruption = new AbortController()
    const pending = attempt(answerProbe(never), {
      signal: interruption.signal,
      definition: definition({ id: 'a/b/c', timeout: 3_600_000 }),
    })
    setImmediate(() => interruption.abort())
    expect((await pending).result).toEqual({ kind: 'interrupted', message: 'no answer yet' })
  })

  it('does not start when the run is interrupted already', async () => {
    let runs = 0
    const signal = AbortSignal.abort()
    expect(
      (
        await attempt(
          answerProbe(() => {
            runs += 1
          }),
          { signal },
        )
      ).result,
    ).toEqual({ kind: 'interrupted', message: 'no answer yet' })
    expect(runs).toBe(0)
  })

  it('does not take the failure that the interruption caused for an error', async () => {
    const interruption = new AbortController()
    const result = await resultOf(
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('socket closed')))
          interruption.abort()
        }),
      { signal: interruption.signal },
    )
    expect(result).toEqual({ kind: 'interrupted', message: 'no answer yet' })
  })
})
