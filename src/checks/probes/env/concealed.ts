import type { Concealed, HiddenInput } from '../../../engine/probe.js'
import { variableTypeOf } from '../../../environment/read-variable.js'
import type { VariableDeclaration } from '../../../environment/variable-reading.js'

export const urlFactNames = [
  'scheme',
  'host',
  'port',
  'path',
  'user',
  'hasPassword',
  'unsentUserInfo',
  'query',
  'encrypted',
  'remoteHosts',
] as const

const valueFactNames = ['value', 'int', 'number', 'bool'] as const
const shownFactNames = [...valueFactNames, ...urlFactNames]

/** By fact, the reading steps that give it. */
const numberSteps = ['python-int', 'python-float', 'rust-integer']
const truthSteps = ['only-true', 'true-or-one']

/**
 * The facts that say nothing of the variables named: the value of one that is not public, and whatever their reading
 * does not give.
 *
 * @param input as far as it is known
 */
export function concealedFacts(
  input: unknown,
  variables: Readonly<Record<string, VariableDeclaration>>,
  { otherwise }: HiddenInput,
): Concealed {
  const { name, first, every } = (typeof input === 'object' && input !== null ? input : {}) as {
    readonly name?: unknown
    readonly first?: unknown
    readonly every?: unknown
  }
  if (every !== undefined)
    return concealing(shownFactNames, 'with `every` no value is shown: read one variable by its name')
  const names = [name, ...(Array.isArray(first) ? (first as readonly unknown[]) : [])].filter(
    (each) => typeof each === 'string',
  )
  const instead =
    'what `otherwise` is filled with may hold what may not be shown: read the variable without it, or give it nothing but public values'
  const ofOtherwise =
    otherwise === undefined ? {} : concealing(otherwise === 'open' ? shownFactNames : valueFactNames, instead)
  return Object.assign(
    {},
    ofOtherwise,
    ...names.map((each) => concealedOf(each, Object.hasOwn(variables, each) ? variables[each] : undefined)),
  ) as Concealed
}

function concealedOf(name: string, declaration: VariableDeclaration | undefined): Concealed {
  const hidden = `${name} is not declared public: declare it under variables (\`${name}: { exposure: public }\`) if it may be shown, else judge it with the secret probe`
  if (declaration === undefined || declaration.exposure === 'secret') return concealing(shownFactNames, hidden)
  return {
    ...(declaration.exposure === 'dsn' ? concealing(valueFactNames, hidden) : concealedByType(name, declaration)),
    ...(declaration.reads.includes('url')
      ? {}
      : concealing(urlFactNames, `${name} is not read as a URL: declare it with \`reads: [url]\``)),
  }
}

function concealedByType(name: string, declaration: VariableDeclaration): Concealed {
  const type = variableTypeOf(declaration)
  const unread = (steps: readonly string[]): string =>
    `${name} is not read as such a value: declare it with one of ${steps.join(', ')} under \`reads\``
  return {
    ...(type === 'int' ? {} : concealing(['int'], unread(['python-int', 'rust-integer']))),
    ...(type === 'int' || type === 'double' ? {} : concealing(['number'], unread(numberSteps))),
    ...(type === 'bool' ? {} : concealing(['bool'], unread(truthSteps))),
  }
}

/** Facts with one reason for all of them. */
export function concealing(facts: readonly string[], reason: string): Concealed {
  return Object.fromEntries(facts.map((fact) => [fact, reason]))
}

/** What may be shown of what stands for a variable: never more than of what it was made of. */
export function exposureOfOtherwise(
  { exposure }: VariableDeclaration,
  { otherwise }: HiddenInput,
): VariableDeclaration['exposure'] {
  if (otherwise === 'open') return 'secret'
  return otherwise === 'credential' && exposure === 'public' ? 'dsn' : exposure
}
