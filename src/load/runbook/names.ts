import type { FactType } from '../../model/facts.js'
import { runFactsType, type ParameterDefinition } from '../../model/runbook/definition.js'
import type { OutputType } from '../../model/runbook/vocabulary.js'
import { expressionCompiler, type ExpressionCompiler } from '../expression/compile.js'
import type { Problems } from '../problems.js'
import type { Position } from '../../model/position.js'

/** The outputs that a step can read: those captured before it, each with its type. */
export type Outputs = ReadonlyMap<string, OutputType>

/** What the expressions of a runbook can read at some point of it. */
export interface Names {
  readonly parameters: readonly ParameterDefinition[]
  readonly params: FactType
  readonly outputs: Outputs
}

export function compilerFor({ params, outputs }: Names, facts?: FactType): ExpressionCompiler {
  const outputsType: FactType = { type: 'object', fields: Object.fromEntries([...outputs].map(([name, type]) => [name, factTypeOfOutput(type)])) }
  return expressionCompiler({ ...(facts === undefined ? {} : { facts }), params, outputs: outputsType, run: runFactsType })
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
}

function factTypeOfOutput(type: OutputType): FactType {
  switch (type) {
    case 'string':
      return { type: 'string' }
    case 'integer':
      return { type: 'int' }
    case 'number':
      return { type: 'double' }
    case 'boolean':
      return { type: 'bool' }
    default:
      return { type: 'any' }
  }
}

/** Reports references to secret parameters where none may be read. @param place what stands there, for the message */
export function refuseSecrets(references: readonly string[], { parameters }: Names, position: Position, place: string, problems: Problems): void {
  const secret = secretAmong(references, parameters)
  if (secret !== undefined) problems.report(position, 'secret-place', `params.${secret} is a secret, and ${place} is no place for one`, 'hand it over where the kind takes a credential: an environment variable, a connection URL, a header')
}

export function secretAmong(references: readonly string[], parameters: readonly ParameterDefinition[]): string | undefined {
  return parameters.find(({ name, type }) => type === 'secret' && references.some((reference) => reference === `params.${name}` || reference.startsWith(`params.${name}.`)))?.name
}
