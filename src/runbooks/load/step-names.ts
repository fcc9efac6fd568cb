import type { FactType } from '../../base/facts.js'
import type { Concealed } from '../../engine/probe.js'
import { runFactsType, type ParameterDefinition } from '../definition/runbook-definition.js'
import type { OutputType } from '../definition/runbook-vocabulary.js'
import { expressionCompiler, type ExpressionCompiler } from '../../definitions/expression/compile-expression.js'
import type { Problems } from '../../definitions/problems.js'
import { untextualType } from '../../definitions/pattern.js'
import type { Position } from '../../base/position.js'
import { z } from 'zod'
import { schemaBelow } from '../../definitions/schema-problems.js'
import type { Path } from '../../definitions/yaml-node.js'

/** The outputs that a step can read: those captured before it, each with its type. */
export type StepOutputs = ReadonlyMap<string, OutputType>

/** What the expressions of a runbook can read at some point of it. */
export interface Names {
  readonly parameters: readonly ParameterDefinition[]
  /** Those captured before that point. */
  readonly outputs: StepOutputs
  readonly compilers: Compilers
  /** Absolute, of the runbook's file: relative paths in it start there. */
  readonly folder: string
}

/**
 * Compilers over everything that a runbook names, one for the facts of each kind: an environment for each step, with
 * all that was captured before it, would make loading quadratic.
 */
export class Compilers {
  readonly #names: { readonly params: FactType; readonly outputs: FactType; readonly run: FactType }
  readonly #byFacts = new Map<string, ExpressionCompiler>()

  /** @param outputs all that are captured anywhere in the runbook */
  constructor(params: FactType, outputs: StepOutputs) {
    const fields = Object.fromEntries([...outputs].map(([name, type]) => [name, factTypeOfOutput(type)]))
    this.#names = { params, outputs: { type: 'object', fields }, run: runFactsType }
  }

  /** @param facts none where there are no facts yet */
  over(facts?: NamedFacts): ExpressionCompiler {
    const key = facts?.name ?? ''
    const compiler =
      this.#byFacts.get(key) ??
      expressionCompiler(
        { ...(facts === undefined ? {} : { facts: facts.type }), ...this.#names },
        facts === unknownFacts,
      )
    this.#byFacts.set(key, compiler)
    return compiler
  }
}

/** The facts of a kind, under a name of their own: the same name for the same type. */
export interface NamedFacts {
  readonly name: string
  readonly type: FactType
  /** Those that say nothing, which nothing may read. */
  readonly concealed?: Concealed
}

/** The facts of an action with a reported mistake: expectations about them are not checked. */
export const unknownFacts: NamedFacts = { name: 'unknown', type: { type: 'any' } }

/** Compiles expressions that can read what was captured before, and not what is captured later. */
export function compilerFor({ outputs, compilers }: Names, facts?: NamedFacts): ExpressionCompiler {
  const compiler = compilers.over(facts)
  return {
    isPartial: compiler.isPartial,
    compile(source, problems) {
      const compiled = compiler.compile(source, problems)
      const early = compiled?.references
        .map((reference) => reference.split('.'))
        .find(([root, name]) => root === 'outputs' && name !== undefined && !outputs.has(name))
      if (early === undefined) return compiled
      problems.report(source.at(0), 'output-too-early', `outputs.${early[1]!} is not captured before this step`)
      return undefined
    },
  }
}

/** CEL types that an output of a declared type may be captured from. */
export const outputCelTypes: Readonly<Record<OutputType, readonly string[]>> = {
  string: ['string'],
  integer: ['int'],
  number: ['double', 'int'],
  boolean: ['bool'],
  list: ['list'],
  map: ['map'],
  any: ['string', 'int', 'double', 'bool', 'list', 'map', 'null'],
  secret: ['string'],
}

/** What a list or a map holds is known only when it is there. */
function factTypeOfOutput(type: OutputType): FactType {
  if (type === 'string' || type === 'secret') return { type: 'string' }
  return type === 'list' ? { type: 'any' } : (untextualType(type) ?? { type: 'any' })
}

/** Reports references to secrets where none may be read. @param place what is there, for the message */
export function refuseSecrets(
  references: readonly string[],
  { parameters, outputs = new Map() }: Pick<Names, 'parameters'> & { readonly outputs?: StepOutputs },
  position: Position,
  place: string,
  problems: Problems,
): void {
  const secret = secretAmong(references, parameters)
  const [output] = secretOutputsAmong(references, outputs)
  if (output !== undefined)
    problems.report(
      position,
      'secret-place',
      `outputs.${output} is a secret, which ${place} must not contain`,
      'pass it in a header, a body, form, an environment variable or input: every user can read a command line, and addresses are in logs',
    )
  if (secret !== undefined)
    problems.report(
      position,
      'secret-place',
      `params.${secret} is a secret, which ${place} must not contain`,
      'pass it where the step kind accepts a credential: an environment variable, a connection URL, a header',
    )
}

export function secretAmong(
  references: readonly string[],
  parameters: readonly ParameterDefinition[],
): string | undefined {
  return parameters.find(
    ({ name, type }) =>
      type === 'secret' &&
      references.some((reference) => reference === `params.${name}` || reference.startsWith(`params.${name}.`)),
  )?.name
}

/** Names of the secret outputs that are read. */
export function secretOutputsAmong(references: readonly string[], outputs: StepOutputs): readonly string[] {
  const names = references.flatMap((reference) => {
    const [root, name] = reference.split('.')
    return root === 'outputs' && name !== undefined && outputs.get(name) === 'secret' ? [name] : []
  })
  return [...new Set(names)]
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
export function reachesLiteral(schema: z.ZodType, path: Path, type: string | undefined): boolean {
  const outermost = /^[^<]*/.exec(type ?? 'dyn')![0]
  if (['string', 'int', 'double', 'bool', 'null'].includes(outermost)) return false
  const fits = (form: z.ZodType): boolean =>
    outermost === 'dyn' || (outermost === 'list') === form instanceof z.ZodArray
  return formsAt(schema, path).some((form) => fits(form) && holdsLiteral(form))
}

function holdsLiteral(schema: z.ZodType): boolean {
  return formsBelow(schema).some((below) =>
    formsAt(below, []).some((form) => markOf(form) === 'literal' || holdsLiteral(form)),
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
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return [schema.def.innerType as z.ZodType]
  }
  if (schema instanceof z.ZodPipe) return [schema.def.in as z.ZodType]
  return schema instanceof z.ZodUnion ? schema.options.map((option) => option as z.ZodType) : []
}

function markOf(schema: z.ZodType): unknown {
  return schema.meta()?.['preflight']
}
