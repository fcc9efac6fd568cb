import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { factTypeOf, type FactType } from '../base/facts.js'
import { isPlainObject, type Facts } from './plain-facts.js'
import type { ProbeCall, Concealed, Probe, ProbeContext } from './probe.js'

/** How often a check observes, and how many milliseconds lie between the end of one observation and the next. */
export interface Sampling {
  readonly times: number
  readonly every: number
}

/** The probe as a check observes with it. */
export function sampled(probe: Probe | undefined, sampling: Sampling | undefined): Probe | undefined {
  return probe === undefined || sampling === undefined ? probe : sampledProbe(probe, sampling)
}

/** The same, of a check that is compiled. */
export function probeOf(
  probes: ReadonlyMap<string, Probe>,
  { probe: { kind, facts }, sample }: { readonly probe: ProbeCall; readonly sample?: Sampling | undefined },
): Probe | undefined {
  const probe = probes.get(kind)
  return sampled(probe === undefined || facts === undefined ? probe : { ...probe, facts }, sample)
}

/**
 * The same probe, observing several times: its facts are those of the last observation, and `samples` has all of them.
 * One that finds a problem, or whose credentials were refused, is the last. What says nothing in one observation says
 * nothing in `samples`. What the kind reads out of several together is beside them.
 */
function sampledProbe(probe: Probe, { times, every }: Sampling): Probe {
  const facts = sampledFacts(probe)
  const figures = factTypeOf(figuresOf(probe.facts) ?? noFigures)
  return {
    ...probe,
    facts,
    together: undefined,
    concealed(...given) {
      return withSamples(probe.concealed?.(...given) ?? {})
    },
    async observe(input, context) {
      const all: Facts[] = []
      const within: ProbeContext = {
        ...context,
        get signal() {
          return context.signal
        },
        withhold: (withheld) => context.withhold(withSamples(withheld)),
      }
      for (;;) {
        const observed = (await probe.observe(input, within)) as Facts
        all.push(observed)
        if (all.length === times || hasProblem(observed) || probe.isLoginRefused?.(input, observed) === true) {
          const compared = probe.together?.compare(input, all)
          context.withhold(compared?.withheld ?? {})
          return { ...observed, ...compared?.facts, samples: samplesOf(all, figures) }
        }
        await wait(every, undefined, { signal: context.signal })
      }
    },
  }
}

/** Milliseconds that an attempt may take: as long as one observation for each, and the pauses. */
export function sampledLimit(limit: number, { times, every }: Sampling = { times: 1, every: 0 }): number {
  return limit * times + every * (times - 1)
}

const noFigures = z.strictObject({})

/** One schema for each kind, so that its types are read once. */
const known = new WeakMap<object, z.ZodObject>()

/** @throws Error when a fact of the kind has the name of one that sampling adds: one would hide the other */
function sampledFacts({ kind, facts, together }: Probe): z.ZodObject {
  let sampled = known.get(together ?? facts)
  if (sampled === undefined) {
    const figures = figuresOf(facts) ?? noFigures
    const added = {
      ...together?.facts.shape,
      samples: z
        .strictObject({
          first: facts,
          last: facts,
          least: figures.describe('of each number the least'),
          most: figures.describe('of each number the most'),
          all: z.array(facts).describe('in the order in which they were observed'),
        })
        .describe('the facts of every observation'),
    }
    const hidden = Object.keys(added).find((name) => Object.hasOwn(facts.shape, name))
    if (hidden !== undefined) throw new Error(`the kind ${kind} has a fact ${hidden}, which sampling adds`)
    sampled = facts.extend(added)
    known.set(together ?? facts, sampled)
  }
  return sampled
}

/** The part of a schema that is numbers; `undefined` when there is none. */
function figuresOf(schema: z.ZodType): z.ZodObject | undefined
function figuresOf(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries<z.ZodType>(schema.shape).flatMap(([name, field]) => {
      const figures = figuresOf(field) as z.ZodType | undefined
      return figures === undefined ? [] : [[name, figures] as const]
    })
    return fields.length === 0 ? undefined : z.strictObject(Object.fromEntries(fields))
  }
  if (schema instanceof z.ZodRecord && isNumber(schema.valueType as z.ZodType)) return schema
  return isNumber(schema) ? schema : undefined
}

function isNumber(schema: z.ZodType): boolean {
  return ['int', 'double'].includes(factTypeOf(schema).type)
}

function samplesOf(all: readonly Facts[], figures: FactType) {
  return {
    first: all[0]!,
    last: all.at(-1)!,
    least: extreme(figures, all, Math.min),
    most: extreme(figures, all, Math.max),
    all,
  }
}

/** Of each number in several facts the one that is chosen; a key of a map counts where it is there. */
function extreme(type: FactType, values: readonly unknown[], choose: (...numbers: number[]) => number): unknown {
  if (type.type !== 'object' && type.type !== 'map') return choose(...(values as number[]))
  const maps = values as readonly Facts[]
  const names = type.type === 'object' ? Object.keys(type.fields) : [...new Set(maps.flatMap(Object.keys))]
  return Object.fromEntries(
    names.map((name) => {
      const found = maps.flatMap((map) => (Object.hasOwn(map, name) ? [map[name]] : []))
      return [name, extreme(type.type === 'object' ? type.fields[name]! : type.of, found, choose)]
    }),
  )
}

function hasProblem({ problem }: Facts): boolean {
  return isPlainObject(problem) && problem['code'] !== 'none'
}

function withSamples(concealed: Concealed): Concealed {
  const [reason] = Object.values(concealed)
  return reason === undefined ? concealed : { ...concealed, samples: reason }
}
