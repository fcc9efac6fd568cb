import { z } from 'zod'
import { failureClasses } from './vocabulary.js'

/**
 * The types a fact can have, as expressions see them. `enumeration` is a string whose only values are listed; `any` is
 * a body from outside whose shape is not known.
 */
export type FactType =
  | { readonly type: 'string' | 'int' | 'double' | 'bool' | 'any' }
  | { readonly type: 'enumeration'; readonly values: readonly string[] }
  | { readonly type: 'list'; readonly of: FactType }
  /** `keys`: the only ones there can be, where they are known. */
  | { readonly type: 'map'; readonly of: FactType; readonly keys?: readonly string[] }
  | { readonly type: 'object'; readonly fields: Readonly<Record<string, FactType>> }

/** A whole number among a kind's facts or inputs: an integer in expressions, a number in JSON. */
export const wholeNumber = () => z.int()

/** Anything JSON can hold, for bodies from outside. */
export const anyJson = () => z.unknown()

/**
 * Reads the types of a kind's facts (or inputs) out of their zod schema.
 *
 * @throws Error when the schema uses a zod type that facts may not have (nullable, optional, union, date …): facts are
 *   total
 */
export function factTypeOf(schema: z.ZodType): FactType {
  let type = knownTypes.get(schema)
  if (type === undefined) {
    type = readType(schema)
    knownTypes.set(schema, type)
  }
  return type
}

/** A schema whose type for expressions is given, because zod does not know it. */
export function withType<Schema extends z.ZodType>(schema: Schema, type: FactType): Schema {
  knownTypes.set(schema, type)
  return schema
}

/** A schema is read once: every check of a kind asks for its facts several times. */
const knownTypes = new WeakMap<z.ZodType, FactType>()

function readType(schema: z.ZodType): FactType {
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) return { type: 'string' }
  if (schema instanceof z.ZodBoolean) return { type: 'bool' }
  if (schema instanceof z.ZodNumberFormat) return { type: 'int' }
  if (schema instanceof z.ZodNumber) return { type: schema.format?.includes('int') === true ? 'int' : 'double' }
  if (schema instanceof z.ZodUnknown) return { type: 'any' }
  if (schema instanceof z.ZodEnum) return { type: 'enumeration', values: schema.options.map(String) }
  if (schema instanceof z.ZodArray) return { type: 'list', of: factTypeOf(schema.element as z.ZodType) }
  if (schema instanceof z.ZodRecord) return { type: 'map', of: factTypeOf(schema.valueType as z.ZodType) }
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries<z.ZodType>(schema.shape)
    return { type: 'object', fields: Object.fromEntries(fields.map(([name, field]) => [name, factTypeOf(field)])) }
  }
  throw new Error(`facts cannot be of zod type ${schema.def.type}`)
}

/**
 * The facts where nothing was seen: empty texts, lists and maps, 0, false; of fixed words `none`, else the first.
 *
 * @param known facts that say something else then
 * @throws Error when the schema uses a zod type that facts may not have
 */
export function blankOf<Schema extends z.ZodObject>(
  schema: Schema,
  known: Partial<z.output<Schema>> = {},
): z.output<Schema> {
  return { ...(blankValue(factTypeOf(schema)) as z.output<Schema>), ...known }
}

function blankValue(type: FactType): unknown {
  switch (type.type) {
    case 'string':
      return ''
    case 'bool':
      return false
    case 'int':
    case 'double':
      return 0
    case 'list':
      return []
    case 'map':
    case 'any':
      return {}
    case 'enumeration':
      return type.values.includes('none') ? 'none' : type.values[0]
    case 'object':
      return Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, blankValue(field)]))
  }
}

/** The problem codes of every connecting kind, below its own protocol. */
export const connectionProblems = [
  'none',
  'name-not-found',
  'connection-refused',
  'network-unreachable',
  'connection-reset',
  'connection-closed',
] as const

/** What went wrong on a ladder, as a fact that expectations judge. `code: none` when nothing did. */
export interface LadderProblem<Code extends string> {
  readonly code: Code
  /** What a failure most likely is; overrides the check's own class. */
  readonly class: (typeof failureClasses)[number]
  /** Whether trying again may help. */
  readonly transient: boolean
  /** The peer's own words, for the reader. */
  readonly detail: string
}

/**
 * The facts that every ladder kind has: `reached`, the deepest rung, `problem`, and `elapsedMs`.
 *
 * @param rungs the kind's rungs from the first to the last; `none` is put before them
 * @param codes the kind's own problem codes, besides those of every connection
 */
export function ladderFacts<const Rungs extends readonly string[], const Codes extends readonly string[]>(
  rungs: Rungs,
  codes: Codes,
) {
  return {
    reached: z.enum(['none', ...rungs] as ['none', ...Rungs]).describe('the last rung that was reached'),
    problem: z
      .strictObject({
        code: z
          .enum([...connectionProblems, ...codes] as [...typeof connectionProblems, ...Codes])
          .describe('the problem; `none` if there was none'),
        class: z.enum(failureClasses).describe('the most likely cause of a failure'),
        transient: z.boolean().describe('whether a retry may help'),
        detail: z.string().describe("the peer's own words"),
      })
      .describe('the problem that stopped the probe'),
    elapsedMs: wholeNumber().describe('milliseconds from the start of the observation to its end'),
  }
}

/** No problem: the climb ended on the last rung. */
export const noProblem = { code: 'none', class: 'dependency', transient: false, detail: '' } as const
