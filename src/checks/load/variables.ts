import type { FactType } from '../../base/facts.js'
import { readVariable, variableTypeOf } from '../../environment/read-variable.js'
import { variableSchema, type VariableDeclaration } from '../../environment/variable-reading.js'
import { formatPosition, type Position } from '../../base/position.js'
import { variableNamePattern } from './definition-schema.js'
import type { PackSource } from './pack-source.js'
import type { Problems } from '../../definitions/problems.js'
import { reportIssues } from '../../definitions/schema-problems.js'
import { plainValue } from '../../definitions/yaml-node.js'

export interface SystemVariables {
  readonly declarations: Readonly<Record<string, VariableDeclaration>>
  /** As expressions see them; one whose declaration is wrong is `any`, so that its mistake is told only once. */
  readonly type: FactType
}

/** The variables that a system's files declare, each once. */
export function collectVariables(sources: readonly PackSource[], problems: Problems): SystemVariables {
  const declarations: Record<string, VariableDeclaration> = {}
  const types: Record<string, FactType> = {}
  const places = new Map<string, Position>()
  for (const [name, { position, value }] of sources.flatMap((source) => [...source.variables])) {
    const before = places.get(name)
    if (before !== undefined) {
      problems.report(position, 'duplicate-variable', `${name} is declared already at ${formatPosition(before)}`)
      continue
    }
    places.set(name, position)
    if (!variableNamePattern.test(name))
      problems.report(position, 'variable-name', `${name} cannot be the name of a variable that expressions read`)
    const parsed = variableSchema.safeParse(plainValue(value))
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
export function factTypeOfVariable(declaration: VariableDeclaration): FactType {
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
