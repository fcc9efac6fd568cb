import { z } from 'zod'
import { schemasAt } from '../schema-shape.js'
import type { Path } from '../yaml-node.js'

/** Whether a CEL type is one of several, by its outermost name; `dyn` may turn out to be any of them. */
export function typeIsOneOf(type: string, names: readonly string[]): boolean {
  const outermost = /^[^<]*/.exec(type)![0]
  return outermost === 'dyn' || names.includes(outermost)
}

/**
 * The CEL types that may fill the place at a path of a schema; `undefined` where the schema does not tell, and only the
 * value itself will.
 */
export function celTypesAt(schema: z.ZodType, path: Path): readonly string[] | undefined {
  const types = schemasAt(schema, path).map(celTypesOf)
  const known = types.filter((names) => names !== undefined)
  return types.length === 0 || known.length === 0 ? undefined : known.flat()
}

function celTypesOf(schema: z.ZodType): readonly string[] | undefined {
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat || schema instanceof z.ZodEnum)
    return ['string']
  if (schema instanceof z.ZodNumberFormat) return ['int']
  if (schema instanceof z.ZodNumber) return schema.isInt ? ['int'] : ['double', 'int']
  if (schema instanceof z.ZodBoolean) return ['bool']
  if (schema instanceof z.ZodArray) return ['list']
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return ['map']
  if (schema instanceof z.ZodUnknown) return ['string', 'int', 'double', 'bool', 'list', 'map', 'null']
  if (schema instanceof z.ZodLiteral)
    return [...schema.values].flatMap((value) =>
      typeof value === 'string' ? ['string'] : typeof value === 'boolean' ? ['bool'] : ['int', 'double'],
    )
  return undefined
}
