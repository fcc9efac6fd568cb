import type { InputDefinition } from '../../definitions/expression/expression.js'
import { type FactType, factTypeOf } from '../../base/facts.js'
import type { Probe } from '../../engine/probe.js'
import { type VariableDeclaration, variableSchema } from '../../environment/variable-reading.js'
import { expressionCompiler, type ExpressionCompiler } from '../../definitions/expression/compile-expression.js'
import { collectInputs } from './compile-inputs.js'
import type { PackSource } from './pack-source.js'
import { type Problems, plainValue } from '../../definitions/yaml-node.js'
import { readVariable, variableTypeOf } from '../../environment/read-variable.js'
import { formatPosition, type Position } from '../../base/errors.js'
import { variableNamePattern } from './definition-schema.js'
import { judgeBySchema, reportIssues } from '../../definitions/schema-problems.js'

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

const unknownFacts: FactType = { type: 'any' }

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
  // What an unreadable file declares is unknown: then no name can be called undeclared.
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
  const byFacts = new Map<FactType, ExpressionCompiler>()
  return {
    name,
    sources,
    isWhole,
    variables: variables.declarations,
    inputs: inputs.definitions,
    withoutFacts: expressionCompiler(names, !isWhole),
    withFacts(probe) {
      const facts = probe === undefined ? unknownFacts : factTypeOf(probe.facts)
      const compiler = byFacts.get(facts) ?? expressionCompiler({ facts, ...names }, !isWhole || probe === undefined)
      byFacts.set(facts, compiler)
      return compiler
    },
  }
}

interface SystemVariables {
  readonly declarations: Readonly<Record<string, VariableDeclaration>>
  /** As expressions see them; one whose declaration is wrong is `any`, so that its mistake is reported only once. */
  readonly type: FactType
}

/** The variables that a system's files declare, each once. */
function collectVariables(sources: readonly PackSource[], problems: Problems): SystemVariables {
  const declarations: Record<string, VariableDeclaration> = {}
  const types: Record<string, FactType> = {}
  const places = new Map<string, Position>()
  for (const [name, { position, value }] of sources.flatMap((source) => [...source.variables])) {
    const before = places.get(name)
    if (before !== undefined) {
      problems.report(position, 'duplicate-variable', `${name} is already declared at ${formatPosition(before)}`)
      continue
    }
    places.set(name, position)
    if (!variableNamePattern.test(name))
      problems.report(position, 'variable-name', `${name} cannot be the name of a variable that expressions read`)
    const parsed = judgeBySchema(variableSchema, plainValue(value))
    reportIssues(parsed.error?.issues ?? [], value, variableSchema, problems)
    types[name] = parsed.success ? factTypeOfVariable(parsed.data) : { type: 'any' }
    if (!parsed.success) continue
    if (parsed.data.driver !== undefined && !parsed.data.reads.includes('url'))
      problems.report(position, 'variable-driver', `${name} has a driver and is not read as a url`)
    declarations[name] = parsed.data
    const wrong = wrongDefault(parsed.data)
    if (wrong !== undefined) problems.report(position, 'variable-default', `the default of ${name} ${wrong}`)
  }
  return { declarations, type: { type: 'object', fields: types } }
}

/** The type that expressions give a variable; one with listed values can be compared with nothing else. */
function factTypeOfVariable(declaration: VariableDeclaration): FactType {
  const type = variableTypeOf(declaration)
  return type === 'string' && declaration.values !== undefined
    ? { type: 'enumeration', values: declaration.values }
    : { type }
}

/** A default is what the target falls back to, so the target's own rule must accept it. */
function wrongDefault(declaration: VariableDeclaration): string | undefined {
  if (declaration.default === undefined) return undefined
  const reading = readVariable(String(declaration.default), declaration)
  return reading.valid ? undefined : reading.reason
}
