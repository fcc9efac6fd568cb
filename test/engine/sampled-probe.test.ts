import { expect, it } from 'vitest'
import { z } from 'zod'
import { factTypeOf, wholeNumber } from '../../src/base/facts.js'
import { Deadline } from '../../src/base/time/deadline.js'
import { attemptProbe, type ProbeAttemptRequest } from '../../src/engine/probe-attempt.js'
import { defineProbe, type ProbeContext } from '../../src/engine/probe.js'
import { sampled } from '../../src/engine/sampled-probe.js'
import { noProblem } from '../../src/base/ladder.js'
import { surroundings, template } from '../checks/run/builders.js'

const facts = z.strictObject({
  problem: z.strictObject({
    code: z.enum(['none', 'gone']),
    class: z.string(),
    transient: z.boolean(),
    detail: z.string(),
  }),
  load: z.number(),
  body: z.unknown(),
  state: z.string(),
  disks: z.record(z.string(), wholeNumber()),
  memory: z.strictObject({ free: wholeNumber(), unit: z.string() }),
})
type Seen = z.output<typeof facts>

const seen = (load: number, over: Partial<Seen> = {}): Seen => ({
  problem: noProblem,
  load,
  body: { load },
  state: `at ${load}`,
  disks: { a: 10 * load },
  memory: { free: 100 - load, unit: 'MB' },
  ...over,
})

function observing(observations: readonly (Seen | (() => never))[], over: Partial<ProbeContext> = {}) {
  let asked = 0
  const probe = defineProbe({
    kind: 'host',
    title: 'load',
    description: 'of the test',
    input: z.strictObject({}),
    facts,
    defaultTimeout: 1000,
    examples: [],
    async observe(_input, context) {
      const observation = observations[asked++]!
      if ('withhold' in over) context.withhold({ state: 'it is not shown' })
      return Promise.resolve(typeof observation === 'function' ? observation() : observation)
    },
  })
  const sampling = { times: observations.length, every: 1 }
  const request: ProbeAttemptRequest = {
    definition: {
      probe: { kind: 'host', input: template(() => ({})) },
      timeout: 20_000,
      folder: '/',
      sample: sampling,
    },
    probe: sampled(probe, sampling)!,
    surroundings: surroundings(),
    deadline: Deadline.after(60_000),
    timeoutCap: undefined,
    signal: new AbortController().signal,
    onReached: () => undefined,
  }
  return { attempt: async () => (await attemptProbe(request)).result, asked: () => asked, request }
}

it('has the facts of the last observation, and of all of them the first, the least and the most', async () => {
  const { attempt } = observing([seen(3), seen(1, { disks: { a: 5, b: 7 } }), seen(2)])
  expect(await attempt()).toMatchObject({
    kind: 'observed',
    facts: {
      load: 2,
      state: 'at 2',
      samples: {
        first: seen(3),
        last: seen(2),
        least: { load: 1, disks: { a: 5, b: 7 }, memory: { free: 97 } },
        most: { load: 3, disks: { a: 30, b: 7 }, memory: { free: 99 } },
        all: [seen(3), seen(1, { disks: { a: 5, b: 7 } }), seen(2)],
      },
    },
  })
})

it('has no other figures among the least and the most than those that the kind says are numbers', async () => {
  const result = await observing([seen(1), seen(2)]).attempt()
  if (result.kind !== 'observed') throw new Error(result.kind)
  const { least } = result.facts['samples'] as { least: object }
  expect(Object.keys(least)).toEqual(['load', 'disks', 'memory'])
  expect(least).toMatchObject({ memory: { free: 98 } })
})

it('ends with the first observation that finds a problem', async () => {
  const gone = seen(9, { problem: { ...noProblem, code: 'gone' } })
  const { attempt, asked } = observing([seen(1), gone, seen(2)])
  expect(await attempt()).toMatchObject({
    facts: { problem: { code: 'gone' }, load: 9, samples: { most: { load: 9 } } },
  })
  expect(asked()).toBe(2)
})

it('is an error when one observation crashes, and observes no more', async () => {
  const { attempt, asked } = observing([
    seen(1),
    () => {
      throw new Error('the file went away')
    },
    seen(2),
  ])
  expect(await attempt()).toMatchObject({
    kind: 'error',
    message: expect.stringContaining('the file went away') as string,
  })
  expect(asked()).toBe(2)
})

it('conceals the samples with what an observation withholds', async () => {
  expect(await observing([seen(1), seen(2)], { withhold: () => undefined }).attempt()).toMatchObject({
    concealed: { state: 'it is not shown', samples: 'it is not shown' },
  })
})

it('waits no longer between two observations than the run goes on', async () => {
  const interruption = new AbortController()
  const { request } = observing([seen(1), seen(2)])
  const slow = { times: 2, every: 1_000_000 }
  const attempt = attemptProbe({
    ...request,
    definition: { ...request.definition, sample: slow },
    probe: sampled({ ...request.probe, facts }, slow)!,
    signal: interruption.signal,
    deadline: Deadline.after(10_000_000),
  })
  interruption.abort()
  expect((await attempt).result.kind).toBe('interrupted')
})

it('is typed: expressions know the figures', () => {
  const type = factTypeOf(observing([]).request.probe.facts)
  expect(type).toMatchObject({
    fields: {
      load: { type: 'double' },
      samples: {
        fields: {
          first: { fields: { state: { type: 'string' } } },
          most: { fields: { load: { type: 'double' }, memory: { fields: { free: { type: 'int' } } } } },
          all: { type: 'list' },
        },
      },
    },
  })
})

it('keeps a fact of the kind that is itself called samples, in each observation', async () => {
  const { probe, definition, ...request } = observing([]).request
  const counting = sampled(
    {
      ...probe,
      facts: z.strictObject({ samples: wholeNumber() }),
      observe: () => Promise.resolve({ samples: 7 }),
    },
    { times: 2, every: 1 },
  )!
  expect(factTypeOf(counting.facts)).toMatchObject({
    fields: { samples: { fields: { last: { fields: { samples: { type: 'int' } } } } } },
  })
  expect((await attemptProbe({ ...request, definition, probe: counting })).result).toMatchObject({
    facts: { samples: { last: { samples: 7 }, most: { samples: 7 } } },
  })
})
