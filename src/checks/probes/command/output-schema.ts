import { z } from 'zod'
import { withType, type FactType } from '../../../base/facts.js'
import { isPlainObject } from '../../../engine/plain-facts.js'

interface Bounds {
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
}

/** What a program prints, as the part of JSON Schema that facts can be typed by. */
export type OutputSchema =
  | { readonly type: 'boolean' }
  | ({ readonly type: 'integer' | 'number' } & Bounds)
  | {
      readonly type: 'string'
      readonly enum?: readonly string[] | undefined
      readonly minLength?: number | undefined
      readonly maxLength?: number | undefined
    }
  | {
      readonly type: 'array'
      readonly items: OutputSchema
      readonly minItems?: number | undefined
      readonly maxItems?: number | undefined
    }
  | {
      readonly type: 'object'
      readonly properties?: Readonly<Record<string, OutputSchema>> | undefined
      readonly required?: readonly string[] | undefined
      readonly additionalProperties?: OutputSchema | undefined
    }

/** How deep a schema may nest. */
const deepest = 10

const described = { description: z.string().optional() }
const count = () => z.int().min(0).optional()
const inner = z.lazy((): z.ZodType<OutputSchema> => outputSchema)

/** What `facts.json.NAME` can be written with. */
const name = z
  .string()
  .regex(/^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'expected a name of letters, digits and underscores')

const isInOrder = (least: number | undefined, most: number | undefined): boolean =>
  least === undefined || most === undefined || least <= most

const numeric = <Type extends 'integer' | 'number'>(type: Type) =>
  z
    .strictObject({
      type: z.literal(type),
      ...described,
      minimum: z.number().optional(),
      maximum: z.number().optional(),
    })
    .refine(({ minimum, maximum }) => isInOrder(minimum, maximum), 'minimum is larger than maximum')

const text = z
  .strictObject({
    type: z.literal('string'),
    ...described,
    enum: z
      .array(z.string())
      .min(1)
      .refine((values) => new Set(values).size === values.length, 'a value is listed twice')
      .optional(),
    minLength: count(),
    maxLength: count(),
  })
  .refine(({ minLength, maxLength }) => isInOrder(minLength, maxLength), 'minLength is larger than maxLength')

const list = z
  .strictObject({ type: z.literal('array'), ...described, items: inner, minItems: count(), maxItems: count() })
  .refine(({ minItems, maxItems }) => isInOrder(minItems, maxItems), 'minItems is larger than maxItems')

const object = z
  .strictObject({
    type: z.literal('object'),
    ...described,
    properties: z.record(name, inner).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: inner.optional(),
  })
  .refine(
    ({ properties, additionalProperties }) => (properties === undefined) !== (additionalProperties === undefined),
    'give either properties (known names) or additionalProperties (any names, all of one type)',
  )
  .superRefine(({ properties = {}, required = [] }, context) => {
    for (const [index, each] of required.entries())
      if (!Object.hasOwn(properties, each))
        context.addIssue({ code: 'custom', path: ['required', index], message: `${each} is not one of the properties` })
  })

const outputSchema: z.ZodType<OutputSchema> = z.discriminatedUnion('type', [
  object,
  list,
  text,
  numeric('integer'),
  numeric('number'),
  z.strictObject({ type: z.literal('boolean'), ...described }),
])

/** The schema of an output among a kind's inputs. No expression may fill any of it: it is read before a run. */
export const outputSchemaInput = () =>
  z
    .record(z.string(), z.unknown())
    .superRefine((written, context) => {
      if (depthOf(written) > deepest) return context.addIssue(`the schema nests deeper than ${deepest} levels`)
      for (const issue of outputSchema.safeParse(written).error?.issues ?? [])
        context.addIssue(issue.code === 'unrecognized_keys' ? { ...issue } : placed(issue))
    })
    .transform((written) => written as unknown as OutputSchema)
    .meta({ preflight: 'literals' })

/** An issue in the words of JSON Schema. */
function placed(issue: z.core.$ZodIssue): Parameters<z.core.$RefinementCtx['addIssue']>[0] {
  const { path } = issue
  const said = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined
  if (issue.code !== 'invalid_union') return said === undefined ? { ...issue } : { code: 'custom', path, message: said }
  const message = 'expected object, array, string, integer, number or boolean'
  return { code: 'custom', path, message }
}

/** Levels of a schema that are below one another; the keys between them are not counted. */
function depthOf(written: unknown): number {
  if (typeof written !== 'object' || written === null) return 0
  const { properties, items, additionalProperties } = written as Readonly<Record<string, unknown>>
  const below: readonly unknown[] = isPlainObject(properties) ? Object.values(properties) : []
  return 1 + Math.max(depthOf(items), depthOf(additionalProperties), ...below.map(depthOf))
}

/** A schema as it is written, where it is one. */
export function outputSchemaOf(written: unknown): OutputSchema | undefined {
  if (depthOf(written) > deepest) return undefined
  return outputSchema.safeParse(written).data
}

/** The fact that an output of this schema becomes. */
export function outputFact(schema: OutputSchema): z.ZodType {
  return withType(z.unknown().describe('its output, as the schema under `json` says'), factType(schema))
}

function factType(schema: OutputSchema): FactType {
  switch (schema.type) {
    case 'boolean':
      return { type: 'bool' }
    case 'integer':
      return { type: 'int' }
    case 'number':
      return { type: 'double' }
    case 'string':
      return schema.enum === undefined ? { type: 'string' } : { type: 'enumeration', values: schema.enum }
    case 'array':
      return { type: 'list', of: factType(schema.items) }
    case 'object':
      return schema.additionalProperties === undefined
        ? { type: 'object', fields: mapped(schema.properties ?? {}, factType) }
        : { type: 'map', of: factType(schema.additionalProperties) }
  }
}

/** Reads a value of this schema: of an object with properties only these, whatever else it has. */
export function valueSchema(schema: OutputSchema): z.ZodType {
  switch (schema.type) {
    case 'boolean':
      return z.boolean()
    case 'integer':
      return z.int().check(...boundsOf(schema))
    case 'number':
      return z.number().check(...boundsOf(schema))
    case 'string':
      return schema.enum === undefined
        ? z
            .string()
            .min(schema.minLength ?? 0)
            .max(schema.maxLength ?? Infinity)
        : z.enum(schema.enum as [string, ...string[]])
    case 'array':
      return z
        .array(valueSchema(schema.items))
        .min(schema.minItems ?? 0)
        .max(schema.maxItems ?? Infinity)
    case 'object': {
      const { properties = {}, required = [], additionalProperties } = schema
      if (additionalProperties !== undefined) return z.record(z.string(), valueSchema(additionalProperties))
      return z.object(
        mapped(properties, (property, key) =>
          required.includes(key) ? valueSchema(property) : valueSchema(property).optional(),
        ),
      )
    }
  }
}

function boundsOf({ minimum, maximum }: Bounds) {
  return [...(minimum === undefined ? [] : [z.gte(minimum)]), ...(maximum === undefined ? [] : [z.lte(maximum)])]
}

function mapped<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}
