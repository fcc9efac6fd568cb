import { expect, it } from 'vitest'
import { z } from 'zod'
import { factTypeOf, wholeNumber, noProblem } from '../../src/base/facts.js'
import { Deadline } from '../../src/base/time/deadline.js'
import { attemptProbe, type ProbeAttemptRequest } from '../../src/engine/probe-attempt.js'
import { probeRegistry } from '../../src/engine/folder-registry.js'
import { defineProbe, type ProbeContext, type Together } from '../../src/engine/probe.js'
import { sampled } from '../../src/engine/sampled-probe.js'
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

function observing(
  observations: readonly (Seen | (() => never))[],
  over: Partial<ProbeContext> = {},
  together?: Together,
) {
  let asked = 0
  const probe = defineProbe({
    kind: 'host',
    title: 'load',
    description: 'of the test',
    input: z.strictObject({}),
    facts,
    defaultTimeout: 1000,
    examples: [],
    together,
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

it('refuses a kind with a fact that sampling adds: one would hide the other', () => {
  const { probe } = observing([]).request
  const hiding = { ...probe, facts: z.strictObject({ samples: wholeNumber() }) }
  expect(() => sampled(hiding, { times: 2, every: 1 })).toThrow('the kind host has a fact samples, which sampling adds')
  const { together } = comparing()
  expect(() =>
    sampled({ ...probe, facts: z.strictObject({ growth: z.number() }), together }, { times: 2, every: 1 }),
  ).toThrow('the kind host has a fact growth, which sampling adds')
})

function comparing() {
  const compared: (readonly object[])[] = []
  const together: Together = {
    inputs: ['growth'],
    facts: z.strictObject({ growth: z.number(), parts: z.record(z.string(), z.strictObject({ value: z.number() })) }),
    compare(_input, observed) {
      compared.push(observed)
      const [first, last] = [observed[0], observed.at(-1)] as [Seen, Seen]
      return {
        facts: { growth: last.load - first.load, parts: { a: { value: 1 } } },
        withheld: { 'parts.a.value': 'the part is not known' },
      }
    },
  }
  return { compared, together }
}

it('adds what several observations say together, and withholds no sample for a part that is not known', async () => {
  const observations = [seen(3), seen(1), seen(7)]
  const { compared, together } = comparing()
  const { attempt, request } = observing(observations, {}, together)
  expect(await attempt()).toMatchObject({
    facts: { growth: 4, load: 7, samples: { most: { load: 7 } } },
    concealed: { 'parts.a.value': 'the part is not known' },
  })
  expect(compared).toHaveLength(1)
  expect(compared[0]!.map((each, index) => each === observations[index])).toEqual([true, true, true])
  expect(factTypeOf(request.probe.facts)).toMatchObject({ fields: { growth: { type: 'double' } } })
})

it('compares what there is when an observation finds a problem', async () => {
  const { compared, together } = comparing()
  const gone = seen(9, { problem: { ...noProblem, code: 'gone' } })
  await observing([gone, seen(1)], {}, together).attempt()
  expect(compared.map((observed) => observed.length)).toEqual([1])
})

it('of every kind: no fact has the name of one that sampling adds', async () => {
  for (const name of probeRegistry.names()) {
    const probe = await probeRegistry.load(name)
    expect(() => sampled(probe, { times: 2, every: 1 })).not.toThrow()
  }
  expect(probeRegistry.names()).toContain('prometheus')
})
