import { z } from 'zod'
import type { Path } from './yaml-node.js'

/**
 * A schema without what only says how its value is treated: optional, default, nullable, read-only, a transform behind
 * it.
 */
export function bareSchema(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return bareSchema(schema.def.innerType as z.ZodType)
  }
  if (schema instanceof z.ZodPipe) return bareSchema(schema.def.in as z.ZodType)
  return schema
}

/**
 * The schemas that the value at a path may have to satisfy: several where a union leaves it open, none where nothing is
 * known.
 */
export function schemasAt(schema: z.ZodType, path: Path): readonly z.ZodType[] {
  const bare = bareSchema(schema)
  if (bare instanceof z.ZodUnion) return bare.options.flatMap((option) => schemasAt(option as z.ZodType, path))
  const [step, ...rest] = path
  if (step === undefined) return [bare]
  const next = schemaBelow(bare, step)
  return next === undefined ? [] : schemasAt(next, rest)
}

/** The schema of what stands one step below, where it says. */
export function schemaBelow(schema: z.ZodType, step: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, z.ZodType>>
    return Object.hasOwn(shape, step) ? shape[String(step)] : undefined
  }
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType
  return undefined
}

/** The keys that a mapping at a path may have, as far as its schemas list them. */
export function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  return schemasAt(schema, path).flatMap((shape) =>
    shape instanceof z.ZodObject ? Object.keys(shape.shape as object) : [],
  )
}
