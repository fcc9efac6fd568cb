import type { InputDefinition } from '../../definitions/input-definition.js'
import { type FactType, factTypeOf } from '../../base/facts.js'
import type { Probe } from '../../engine/probe.js'
import type { VariableDeclaration } from '../../environment/variable-reading.js'
import { expressionCompiler, type ExpressionCompiler } from '../../definitions/expression/compile-expression.js'
import { collectInputs } from './compile-inputs.js'
import type { PackSource } from './pack-source.js'
import type { Problems } from '../../definitions/problems.js'
import { collectVariables } from './variables.js'

/** What the checks of one system share. */
export interface System {
  readonly name: string
  readonly sources: readonly PackSource[]
  readonly isWhole: boolean
  readonly variables: Readonly<Record<string, VariableDeclaration>>
  readonly inputs: readonly InputDefinition[]
  /** Compiles `when` and probe inputs. */
  readonly withoutFacts: ExpressionCompiler
  /** Compiles expectations over a kind's facts; over facts of any shape where the kind is not known. */
  withFacts(probe: Probe | undefined): ExpressionCompiler
}

/**
 * Gathers what a system's files declare for all of them.
 *
 * @param isWhole whether all of its files could be read
 */
export function openSystem(
  name: string,
  sources: readonly PackSource[],
  isWhole: boolean,
  profiles: ReadonlyMap<string, string>,
  problems: Problems,
): System {
  const variables = collectVariables(sources, problems)
  // What an unreadable file declares nobody knows: no name can be called unknown then.
  const orAny = (type: FactType): FactType => (isWhole ? type : { type: 'map', of: { type: 'any' } })
  const profile: FactType = { type: 'enumeration', values: [...new Set(profiles.values())] }
  const env: FactType = { type: 'map', of: { type: 'string' } }
  const inputs = collectInputs(
    name,
    sources,
    { vars: orAny(variables.type), env, profile },
    isWhole ? variables.declarations : undefined,
    problems,
  )
  const names = { vars: orAny(variables.type), env, inputs: orAny(inputs.type), profile }
  const byKind = new Map<string, ExpressionCompiler>()
  return {
    name,
    sources,
    isWhole,
    variables: variables.declarations,
    inputs: inputs.definitions,
    withoutFacts: expressionCompiler(names, !isWhole),
    withFacts(probe) {
      const kind = probe?.kind ?? ''
      const facts: FactType = probe === undefined ? { type: 'any' } : factTypeOf(probe.facts)
      const compiler = byKind.get(kind) ?? expressionCompiler({ facts, ...names }, !isWhole || probe === undefined)
      byKind.set(kind, compiler)
      return compiler
    },
  }
}
