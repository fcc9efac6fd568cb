import type { FactType } from '../../base/facts.js'
import type { InputDefinition } from '../../definitions/expression/expression.js'
import { variableTypeOf } from '../../environment/read-variable.js'
import type { VariableDeclaration } from '../../environment/variable-reading.js'
import { factTypeOfInput } from './resolve-inputs.js'

/** What packs declare. */
export interface DeclaredByPacks {
  readonly variables: Readonly<Record<string, VariableDeclaration>>
  readonly inputs: readonly InputDefinition[]
}

/** What an expression outside of the packs may read of what they declare, facts aside. */
export function namesOfPacks({
  variables,
  inputs,
}: DeclaredByPacks): Readonly<Record<'vars' | 'env' | 'inputs' | 'profile', FactType>> {
  return {
    vars: { type: 'object', fields: typed(Object.entries(variables), (each) => ({ type: variableTypeOf(each) })) },
    env: { type: 'map', of: { type: 'string' } },
    inputs: {
      type: 'object',
      fields: typed(
        inputs.map((input) => [input.name, input] as const),
        factTypeOfInput,
      ),
    },
    profile: { type: 'string' },
  }
}

function typed<Value>(
  entries: readonly (readonly [string, Value])[],
  typeOf: (value: Value) => FactType,
): Readonly<Record<string, FactType>> {
  return Object.fromEntries(entries.map(([name, value]) => [name, typeOf(value)]))
}
