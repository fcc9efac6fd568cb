import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { gatherEvidence, type Gathering, mostCharacters } from '../../../src/incidents/evidence/collect-evidence.js'
import { Deadline } from '../../../src/base/time/deadline.js'
import { SilenceError } from '../../../src/base/errors.js'
import { handOverStray } from '../../../src/base/stray-errors.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import type { Collector, CollectContext, GatheredEvidence } from '../../../src/engine/collector.js'

const text = (words: string): GatheredEvidence => ({ form: 'text', text: words, omitted: '' })

/** Lets a collector that does this gather, as the capture would. */
function gathering(
  collect: (context: CollectContext) => unknown,
  over: { timeout?: number; budget?: number; signal?: AbortSignal } = {},
): Promise<Gathering> {
  const collector = {
    kind: 'scripted',
    title: 'what a test makes of it',
    input: z.unknown(),
    collect: (_input: unknown, context: CollectContext) => collect(context),
  } as unknown as Collector
  return gatherEvidence({
    collector,
    input: {},
    environment: TestedEnvironment.of({}),
    timeout: over.timeout ?? 10_000,
    deadline: Deadline.after(over.budget ?? 20_000),
    signal: over.signal ?? new AbortController().signal,
  })
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((fulfil) => signal.addEventListener('abort', () => fulfil(), { once: true }))

describe('a collector that works', () => {
  it('has what it gathered kept, as a copy that it cannot change any more', async () => {
    expect(await gathering(() => text('a'))).toEqual({ state: 'gathered', message: '', gathered: text('a') })
    const value = { deep: [1] }
    const gathered = await gathering(() => ({ form: 'json', value }))
    value.deep.push(2)
    expect(gathered).toEqual({ state: 'gathered', message: '', gathered: { form: 'json', value: { deep: [1] } } })
  })
})

describe('a collector that fails is evidence', () => {
  it.each<[string, () => unknown, string]>([
    ['rejects', () => Promise.reject(new Error('no such server')), 'no such server'],
    [
      'rejects what it was given',
      () => z.strictObject({ a: z.string() }).parseAsync({ a: 5 }),
      'a: Invalid input: expected string, received number',
    ],
  ])('when it %s', async (_what, collect, message) => {
    expect(await gathering(collect)).toEqual({ state: 'failed', message })
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text alone', 'canary'],
    ['a form of its own', { form: 'yaml', text: 'canary' }],
    ['more than the form has', { ...text('canary'), more: 'canary' }],
    ['a text that is none', { form: 'text', text: 5, omitted: '' }],
    ['a value that JSON cannot hold', { form: 'json', value: { big: 5n } }],
    ['a function', { form: 'json', value: () => 'canary' }],
    ['NaN', { form: 'json', value: [NaN] }],
    ['a class of its own', { form: 'json', value: new Date() }],
    ['a form without its value', { form: 'json' }],
  ])('when it returns %s', async (_what, returned) => {
    const ended = await gathering(() => returned)
    expect(ended).toEqual({
      state: 'failed',
      message: expect.stringMatching(/^the scripted collector returned invalid evidence: /) as string,
    })
    expect(ended.message).not.toContain('canary')
  })

  it('when it returns what never ends', async () => {
    const circle: Record<string, unknown> = {}
    circle['again'] = circle
    expect(await gathering(() => ({ form: 'json', value: circle }))).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('contains itself') as string,
    })
    expect(await gathering(() => text('x'.repeat(mostCharacters + 1)))).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('a piece of evidence is') as string,
    })
    expect(await gathering(() => ({ form: 'json', value: 'x'.repeat(mostCharacters) }))).toMatchObject({
      state: 'failed',
    })
  })

  it('when its peer was silent before its own limit', async () => {
    expect(await gathering(() => Promise.reject(new SilenceError('no answer to a command')))).toEqual({
      state: 'timed-out',
      message: 'no answer to a command',
    })
  })
})

describe('a collector at its limit', () => {
  it('is not waited for when it never settles and ignores its signal', async () => {
    expect(await gathering(() => new Promise(() => {}), { timeout: 10 })).toEqual({
      state: 'timed-out',
      message: 'it took longer than 10ms, and it did not stop',
    })
  })

  it('is distinguished from the limit of all', async () => {
    const ended = await gathering(async ({ signal }) => untilAborted(signal).then(() => Promise.reject('x')), {
      budget: 10,
    })
    expect(ended).toEqual({ state: 'timed-out', message: 'the time limit for gathering passed' })
  })

  it('may hand in what it has when a library lost an error', async () => {
    const ended = await gathering(async ({ signal }) => {
      setImmediate(() => handOverStray(new Error('a library failed')))
      await untilAborted(signal)
      return text('half')
    })
    expect(ended).toEqual({
      state: 'failed',
      message: 'a library failed; what was gathered until then is kept',
      gathered: text('half'),
    })
  })

  it('may hand in what it has by then', async () => {
    const ended = await gathering(async ({ signal }) => untilAborted(signal).then(() => text('half')), { timeout: 10 })
    expect(ended).toEqual({
      state: 'timed-out',
      message: 'it took longer than 10ms; what was gathered until then is kept',
      gathered: text('half'),
    })
  })

  it('has no say when it fails then, or hands in what is not evidence', async () => {
    const late = { state: 'timed-out', message: 'it took longer than 10ms' }
    expect(
      await gathering(async ({ signal }) => untilAborted(signal).then(() => Promise.reject(new Error('aborted'))), {
        timeout: 10,
      }),
    ).toEqual(late)
    expect(await gathering(async ({ signal }) => untilAborted(signal).then(() => 'rubbish'), { timeout: 10 })).toEqual(
      late,
    )
  })

  it('is distinguished from one that the operator interrupted', async () => {
    const operator = new AbortController()
    setTimeout(() => operator.abort(), 10)
    expect(
      await gathering(async ({ signal }) => untilAborted(signal).then(() => text('half')), { signal: operator.signal }),
    ).toEqual({
      state: 'cancelled',
      message: 'it was interrupted; what was gathered until then is kept',
      gathered: text('half'),
    })
    expect(
      await gathering(async ({ signal }) => untilAborted(signal).then(() => Promise.reject(new Error('x'))), {
        signal: operator.signal,
      }),
    ).toEqual({ state: 'cancelled', message: 'it was interrupted' })
  })
})
