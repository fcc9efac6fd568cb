import { Environment } from '@marcbachmann/cel-js'
import type { ExpressionScope } from './expression.js'
import { registerCelType, type CelType } from './cel-values.js'
import type { Budget } from './evaluation/step-budget.js'
import type { Frame } from './evaluation/variable-frame.js'
import { addedFunctions } from './evaluation/functions.js'
import type { Value } from './evaluation/values.js'
import { isNamespace, type ReadableNames } from './scope-names.js'

export interface CelEnvironment {
  readonly environment: Environment
  /**
   * What a compiled expression is evaluated in: of the namespaces only the members that it reads, however many there
   * are.
   *
   * @throws ConversionError
   */
  frameOf(scope: ExpressionScope, references: readonly string[], budget: Budget): Frame
}

/**
 * An environment of the expression library that knows our names with their types, and our functions: it parses, and
 * checks types.
 */
export function celEnvironment(names: ReadableNames): CelEnvironment {
  const environment = new Environment({ limits: { maxAstNodes: 2000, maxDepth: 60 } })
  const types = new Map<string, CelType>()
  for (const [root, type] of Object.entries(names)) {
    const celType = registerCelType(environment, root, type)
    environment.registerVariable(root, celType.name)
    types.set(root, celType)
  }
  for (const signature of addedFunctions) environment.registerFunction(signature, neverCalled, { async: false })
  return {
    environment,
    frameOf(scope, references, budget) {
      const values = new Map<string, Value>()
      for (const [root, type] of types) {
        const members = references
          .filter((reference) => reference.startsWith(`${root}.`))
          .map((reference) => reference.split('.')[1]!)
        values.set(root, type.toCel(isNamespace(root) ? onlyMembers(scope[root], members) : scope[root]))
      }
      return { budget, valueOf: (name) => values.get(name) }
    },
  }
}

/** The library only checks types: what an expression gives is worked out by `evaluatorOf`. */
function neverCalled(): never {
  throw new Error('the library is not asked to evaluate')
}

/**
 * Of a namespace the members that are there, own ones only; what is no namespace at all is left to the conversion to
 * refuse.
 */
function onlyMembers(namespace: unknown, members: readonly string[]): unknown {
  if (typeof namespace !== 'object' || namespace === null) return namespace
  const found = members.filter((member) => Object.hasOwn(namespace, member))
  return Object.fromEntries(found.map((member) => [member, (namespace as Readonly<Record<string, unknown>>)[member]]))
}
