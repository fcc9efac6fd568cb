import { z } from 'zod'

export interface JsonSchema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly additionalProperties?: JsonSchema | boolean
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

/** The JSON Schema of what an author writes for a zod schema: transformed fields as written in the file. */
export function authorSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
}

/** The type of a JSON Schema in a few words, for a table. */
export function typeText(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ')
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- a constant of a schema is a scalar
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives !== undefined)
    return [...new Set(alternatives.map(typeText))].filter((text) => text !== 'anything').join(' or ')
  if (schema.type === 'array') return `list of ${typeText(schema.items ?? {})}`
  if (schema.type === 'object' && schema.properties !== undefined)
    return `{ ${Object.keys(schema.properties).join(', ')} }`
  if (schema.type === 'object')
    return `map of ${typeof schema.additionalProperties === 'object' ? typeText(schema.additionalProperties) : 'anything'}`
  return schema.type ?? 'anything'
}
