import type { FactType } from '../../base/facts.js'
import type { Concealed } from '../../engine/probe.js'
import { runFactsType, type ParameterDefinition } from '../definition/runbook-definition.js'
import type { OutputType } from '../definition/runbook-vocabulary.js'
import { expressionCompiler, type ExpressionCompiler } from '../../definitions/expression/compile-expression.js'
import type { Problems } from '../../definitions/yaml-node.js'
import { untextualType } from '../../definitions/pattern.js'
import type { Position } from '../../base/errors.js'

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
  readonly #byFacts = new Map<FactType | undefined, ExpressionCompiler>()

  /** @param outputs all that are captured anywhere in the runbook */
  constructor(params: FactType, outputs: StepOutputs) {
    const fields = Object.fromEntries([...outputs].map(([name, type]) => [name, factTypeOfOutput(type)]))
    this.#names = { params, outputs: { type: 'object', fields }, run: runFactsType }
  }

  /** @param facts none where there are no facts yet */
  over(facts?: ActionFacts): ExpressionCompiler {
    const key = facts?.type
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

/** The facts of an action. */
export interface ActionFacts {
  readonly type: FactType
  /** Those that say nothing, which nothing may read. */
  readonly concealed?: Concealed
}

/** The facts of an action with a reported mistake: expectations about them are not checked. */
export const unknownFacts: ActionFacts = { type: { type: 'any' } }

/** Compiles expressions that can read what was captured before, and not what is captured later. */
export function compilerFor({ outputs, compilers }: Names, facts?: ActionFacts): ExpressionCompiler {
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
