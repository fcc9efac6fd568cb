import { Environment } from '@marcbachmann/cel-js'
import type { ExpressionScope } from '../../model/definition.js'
import { compilePattern, type Pattern } from '../pattern.js'
import { ConversionError, registerCelType, type CelType } from './cel-values.js'
import { isNamespace, type ReadableNames } from './names.js'
import { endpointOf } from './endpoint.js'
import { reachableHost } from './reachable.js'

/** What calls of `matches` become: the library's own is the host's backtracking RegExp and cannot be registered anew. */
export const boundedMatches = 'matchesBounded'

export interface CelEnvironment {
  readonly environment: Environment
  /**
   * What a compiled expression is evaluated with: of the namespaces only the members that it reads, however many there are.
   *
   * @throws ConversionError
   */
  contextOf(scope: ExpressionScope, references: readonly string[]): Record<string, unknown>
}

/** An environment of the expression library that knows our names with their types, and our functions. */
export function celEnvironment(names: ReadableNames): CelEnvironment {
  const environment = new Environment({ limits: { maxAstNodes: 2000, maxDepth: 60 } })
  const types = new Map<string, CelType>()
  for (const [root, type] of Object.entries(names)) {
    const celType = registerCelType(environment, root, type)
    environment.registerVariable(root, celType.name)
    types.set(root, celType)
  }
  environment.registerFunction(`string.${boundedMatches}(string): bool`, matchesBounded, { async: false })
  environment.registerFunction('reachable(string): string', reachableHost, { async: false })
  environment.registerFunction('endpointOf(string): string', endpointOf, { async: false })
  return {
    environment,
    contextOf(scope, references) {
      const context: Record<string, unknown> = {}
      for (const [root, type] of types) {
        const members = references.filter((reference) => reference.startsWith(`${root}.`)).map((reference) => reference.split('.')[1]!)
        context[root] = type.toCel(isNamespace(root) ? onlyMembers(scope[root], members) : scope[root])
      }
      return context
    },
  }
}

/** Of a namespace the members that are there, own ones only; what is no namespace at all is left to the conversion to refuse. */
function onlyMembers(namespace: unknown, members: readonly string[]): unknown {
  if (typeof namespace !== 'object' || namespace === null) return namespace
  const found = members.filter((member) => Object.hasOwn(namespace, member))
  return Object.fromEntries(found.map((member) => [member, (namespace as Readonly<Record<string, unknown>>)[member]]))
}

const patterns = new Map<string, Pattern>()

function matchesBounded(text: string, source: string): boolean {
  const pattern = patterns.get(source) ?? compilePattern(source)
  patterns.set(source, pattern)
  try {
    return pattern.matches(text)
  } catch (error) {
    if (error instanceof RangeError) throw new ConversionError(error.message)
    throw error
  }
}
