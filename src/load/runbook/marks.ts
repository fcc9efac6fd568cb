import { z } from 'zod'
import { schemaBelow } from '../schema-shape.js'
import type { Path } from '../yaml-node.js'

/** What a schema says of a place by `meta({ preflight: … })`: a place for credentials, or one that no expression may fill. */
export function marksAt(schema: z.ZodType, path: Path): ReadonlySet<unknown> {
  const marks = new Set<unknown>()
  collect(schema, path, marks)
  return marks
}

function collect(schema: z.ZodType, path: Path, marks: Set<unknown>): void {
  const [step, ...rest] = path
  if (step === undefined) marks.add(schema.meta()?.['preflight'])
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodReadonly) {
    collect(schema.def.innerType as z.ZodType, path, marks)
  } else if (schema instanceof z.ZodPipe) {
    collect(schema.def.in as z.ZodType, path, marks)
  } else if (schema instanceof z.ZodUnion) {
    for (const option of schema.options) collect(option as z.ZodType, path, marks)
  } else if (step !== undefined) {
    const below = schemaBelow(schema, step)
    if (below !== undefined) collect(below, rest, marks)
  }
}
