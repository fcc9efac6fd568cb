import { z } from 'zod'
import type { Problems, Path } from '../../definitions/yaml-node.js'
import { innerSchema, schemaBelow } from '../../definitions/schema-problems.js'
import type { CompiledTemplate } from '../../definitions/template/compile-template.js'
import { placePath } from '../../base/text/place-path.js'

/**
 * Reports expressions at places that an interpreter reads: a text (`literal`: a script, a statement), or all that is
 * below a place (`literals`: a schema).
 */
export function reportInLiterals(
  taking: { readonly kind: string; readonly input: z.ZodType },
  template: CompiledTemplate,
  problems: Problems,
): void {
  for (const { path, type, node } of template.leaves)
    if (isWithinLiteral(taking.input, path) || reachesLiteral(taking.input, path, type))
      problems.report(
        node.position,
        'template-in-literal',
        `${placePath([taking.kind, ...path])} is read by an interpreter and must not contain expressions`,
        'pass values as arguments, environment variables or bound parameters',
      )
}

function isWithinLiteral(schema: z.ZodType, path: Path): boolean {
  return (
    marksAt(schema, path).has('literal') ||
    [...path.keys(), path.length].some((length) => marksAt(schema, path.slice(0, length)).has('literals'))
  )
}

/**
 * What a schema says of a place by `meta({ preflight: … })`: a place for credentials, one for any secret, or one that
 * no expression may fill.
 */
export function marksAt(schema: z.ZodType, path: Path): ReadonlySet<unknown> {
  return new Set(formsAt(schema, path).map(markOf))
}

/**
 * Whether an expression at a path would give, within a list or a mapping, what no expression may fill: `run: "${{
 * {'shell': params.x} }}"` reaches the script as surely as an expression in the script itself.
 *
 * @param type CEL type of what the expression gives, as far as it is known
 */
function reachesLiteral(schema: z.ZodType, path: Path, type: string | undefined): boolean {
  const outermost = /^[^<]*/.exec(type ?? 'dyn')![0]
  if (['string', 'int', 'double', 'bool', 'null'].includes(outermost)) return false
  const fits = (form: z.ZodType): boolean =>
    outermost === 'dyn' || (outermost === 'list') === form instanceof z.ZodArray
  return formsAt(schema, path).some((form) => fits(form) && holdsLiteral(form))
}

function holdsLiteral(schema: z.ZodType): boolean {
  return formsBelow(schema).some((below) =>
    formsAt(below, []).some((form) => markOf(form) === 'literal' || markOf(form) === 'literals' || holdsLiteral(form)),
  )
}

function formsBelow(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodObject) return Object.values<z.ZodType>(schema.shape)
  if (schema instanceof z.ZodArray) return [schema.element as z.ZodType]
  return schema instanceof z.ZodRecord ? [schema.valueType as z.ZodType] : []
}

/** Every schema that has a say at a path, those included that only wrap another: a mark may be on any of them. */
function formsAt(schema: z.ZodType, path: Path): readonly z.ZodType[] {
  const [step, ...rest] = path
  const within = wrapped(schema).flatMap((inner) => formsAt(inner, path))
  if (step === undefined) return [schema, ...within]
  const below = schemaBelow(schema, step)
  return below === undefined ? within : [...within, ...formsAt(below, rest)]
}

function wrapped(schema: z.ZodType): readonly z.ZodType[] {
  const inner = innerSchema(schema)
  if (inner !== undefined) return [inner]
  if (schema instanceof z.ZodPipe) return [schema.def.in as z.ZodType]
  return schema instanceof z.ZodUnion ? schema.options.map((option) => option as z.ZodType) : []
}

function markOf(schema: z.ZodType): unknown {
  return schema.meta()?.['preflight']
}
