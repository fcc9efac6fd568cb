import { z } from 'zod'
import { factTypeOf, withType } from '../../../base/facts.js'
import { isPlainObject } from '../../../engine/plain-facts.js'
import type { Concealed } from '../../../engine/probe.js'
import { growthOf, type Growth, type PageReading } from './growth.js'
import { seriesSchema, type Series } from './series.js'

/** As an expression reads it: `facts.rates.NAME`. */
const names = () =>
  z.string().regex(/^[a-z][A-Za-z0-9_]*$/, 'expected a name such as errors: it is read as facts.rates.errors')

const mostNamed = 20

const ratioSchema = z.strictObject({
  of: z.string().min(1).describe('the series that is a part of the other'),
  in: z.string().min(1).describe('the series that is the whole'),
  atLeast: z.int().min(1).describe('how much the whole must have grown: of fewer requests a ratio says nothing'),
})

/** Inputs of the kind that ask for several observations. */
export const comparedInputs = {
  series: z
    .record(names(), seriesSchema)
    .refine((given) => Object.keys(given).length <= mostNamed, `at most ${mostNamed} series`)
    .optional()
    .describe(
      'parts of metrics by a name, each with `metric` and `where` (labels and their values: "5xx", [GET, HEAD], { not: [/metrics] }); facts.rates has how fast each grows. Needs `sample`',
    ),
  ratios: z
    .record(names(), ratioSchema)
    .refine((given) => Object.keys(given).length <= mostNamed, `at most ${mostNamed} ratios`)
    .optional()
    .describe(
      'shares by a name: `of` and `in` name series, and with less than `atLeast` counted in the whole the ratio is not known. Needs `sample`',
    ),
}

interface ComparedInput {
  readonly series?: Readonly<Record<string, Series>> | undefined
  readonly ratios?: Readonly<Record<string, z.output<typeof ratioSchema>>> | undefined
}

/** Reports ratios that cannot be: of a series that is not declared, or of one in itself. */
export function checkRatios({ series = {}, ratios = {} }: ComparedInput, context: z.core.$RefinementCtx): void {
  const declared = Object.keys(series)
  for (const [name, ratio] of Object.entries(ratios)) {
    for (const key of ['of', 'in'] as const)
      if (typeof ratio[key] === 'string' && !declared.includes(ratio[key]))
        context.addIssue({
          code: 'custom',
          path: ['ratios', name, key],
          message: `unknown series ${ratio[key]}; ${declared.length === 0 ? 'none is declared under `series`' : `declared: ${declared.join(', ')}`}`,
        })
    if (ratio.of === ratio.in)
      context.addIssue({ code: 'custom', path: ['ratios', name, 'in'], message: 'a series in itself is always 1' })
  }
}

const ratioFacts = z.strictObject({
  known: z.boolean(),
  reason: z.string(),
  value: z.number(),
  part: z.number(),
  whole: z.number(),
})

export const comparedFacts = z.strictObject({
  rates: z
    .record(z.string(), z.number())
    .describe(
      'for each series that is known, by how much it grew per second, from the first observation to the last; one that is not known has no value here, and an expectation that reads it is an error with the reason',
    ),
  ratios: z
    .record(z.string(), ratioFacts)
    .describe(
      'for each ratio: `known`; if it is not, the `reason`, and `value` cannot be read (reports show 1); `part` and `whole`, by how much both series grew',
    ),
})

/**
 * The facts with the names that an input as written gives its series and ratios, for expressions alone: what an
 * observation says of them is still only what is known.
 */
export function namedComparedFacts(written: unknown): z.ZodObject | undefined {
  if (!isPlainObject(written)) return undefined
  const { rates, ratios } = comparedFacts.shape
  return z.strictObject({
    rates: withNames(rates, z.number(), namesIn(written, 'series')),
    ratios: withNames(ratios, ratioFacts, namesIn(written, 'ratios')),
  })
}

/** The names under a key; `undefined` where an expression fills it, or where it is not a mapping. */
function namesIn(written: Readonly<Record<string, unknown>>, key: string): readonly string[] | undefined {
  if (!Object.hasOwn(written, key)) return []
  const given = written[key]
  return isPlainObject(given) ? Object.keys(given) : undefined
}

function withNames<Schema extends z.ZodRecord>(
  schema: Schema,
  each: z.ZodType,
  names: readonly string[] | undefined,
): Schema {
  if (names === undefined) return schema
  // A schema of its own: the type is kept by schema.
  return withType(schema.clone(), { type: 'map', of: factTypeOf(each), keys: names })
}

/** What the observations of a check say together. */
export function compareSeries(
  { series = {}, ratios = {} }: ComparedInput,
  pages: readonly (PageReading | undefined)[],
): { readonly facts: z.output<typeof comparedFacts>; readonly withheld: Concealed } {
  const growths = new Map(Object.keys(series).map((name) => [name, growthOf(name, pages)]))
  const rates: Record<string, number> = {}
  const withheld: Record<string, string> = {}
  for (const [name, growth] of growths) {
    if (growth.isKnown) rates[name] = growth.perSecond
    else withheld[`rates.${name}`] = growth.reason
  }
  const all: Record<string, z.output<typeof ratioFacts>> = {}
  for (const [name, ratio] of Object.entries(ratios)) {
    const part = growths.get(ratio.of)!
    const whole = growths.get(ratio.in)!
    const reason = reasonAgainst(ratio, part, whole, series)
    const isCounted = part.isKnown && whole.isKnown
    const counted = isCounted ? { part: part.amount, whole: whole.amount } : { part: 0, whole: 0 }
    const isKnown = reason === ''
    all[name] = { known: isKnown, reason, value: isKnown ? counted.part / counted.whole : 1, ...counted }
    for (const field of [...(isKnown ? [] : ['value']), ...(isCounted ? [] : ['part', 'whole'])])
      withheld[`ratios.${name}.${field}`] = reason
  }
  return { facts: { rates, ratios: all }, withheld }
}

/** Why two growths give no ratio; empty when they do. */
function reasonAgainst(
  ratio: z.output<typeof ratioSchema>,
  part: Growth,
  whole: Growth,
  series: NonNullable<ComparedInput['series']>,
): string {
  if (!part.isKnown) return `${ratio.of}: ${part.reason}`
  if (!whole.isKnown) return `${ratio.in}: ${whole.reason}`
  if (
    series[ratio.of]?.metric === series[ratio.in]?.metric &&
    [...part.labelSets].some((labelSet) => !whole.labelSets.has(labelSet))
  )
    return `${ratio.of} counts label sets that ${ratio.in} does not: give both the same conditions, and ${ratio.of} more`
  if (whole.amount < ratio.atLeast)
    return `${ratio.in} grew by ${whole.amount} between the first observation and the last, and the ratio says something from ${ratio.atLeast} on`
  return part.amount > whole.amount ? `${ratio.of} grew by more than ${ratio.in}, so it is not a part of it` : ''
}
