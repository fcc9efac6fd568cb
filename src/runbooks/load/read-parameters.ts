import { isAbsolute, resolve } from 'node:path'
import { messageOf, UsageError } from '../../base/errors.js'
import { suggestionHint } from '../../base/text/suggestion.js'
import type { ExpressionScope } from '../../definitions/expression/expression.js'
import type { ParameterDefinition } from '../definition/runbook-definition.js'
import { readTypedText } from '../../definitions/typed-text.js'
import { parameterComplaint } from './parameter-value.js'

/**
 * What an operator gives a parameter: text as on a command line, or a value as in a file; `wasRead`: one that was read
 * before, as a journal holds it.
 */
export type GivenParameter = { readonly text: string } | { readonly value: unknown; readonly wasRead?: true }

export type ParameterValues = Readonly<Record<string, unknown>>

/**
 * @throws UsageError for a given name that the runbook does not declare: a misspelt one would leave the default in
 * force
 */
export function refuseUnknownParameters(definitions: readonly ParameterDefinition[], names: Iterable<string>): void {
  const known = definitions.map(({ name }) => name)
  for (const name of names) {
    if (!known.includes(name))
      throw new UsageError(`unknown parameter ${name}`, {
        hint:
          suggestionHint(name, known) ??
          (known.length === 0 ? 'this runbook takes no parameters' : `known: ${known.join(', ')}`),
      })
  }
}

/** The required parameters that nobody gave. */
export function missingParameters(
  definitions: readonly ParameterDefinition[],
  given: ReadonlyMap<string, GivenParameter>,
): readonly ParameterDefinition[] {
  return definitions.filter((definition) => definition.default === undefined && !given.has(definition.name))
}

/** What is wrong with a given value; `undefined` when nothing is. Says nothing of the value. */
export function givenComplaint(definition: ParameterDefinition, given: GivenParameter): string | undefined {
  return parameterComplaint(definition, valueOf(definition, given))
}

/**
 * The typed values of all parameters: those given, the others by their defaults, in the order of their declaration.
 *
 * @param pathsFrom the folder that relative paths are meant from: they become absolute, so that they name the same file
 *   wherever they are
 *   read again; `undefined` leaves them as they are
 * @throws UsageError naming every one that is missing or of the wrong type; never a value
 */
export function readParameters(
  definitions: readonly ParameterDefinition[],
  given: ReadonlyMap<string, GivenParameter>,
  pathsFrom?: string,
): ParameterValues {
  refuseUnknownParameters(definitions, given.keys())
  const values: Record<string, unknown> = {}
  const complaints: string[] = []
  for (const definition of definitions) {
    const { name } = definition
    const own = given.get(name)
    const read = own === undefined ? defaultOf(definition, { params: values }) : { value: valueOf(definition, own) }
    const complaint =
      'complaint' in read
        ? read.complaint
        : parameterComplaint(
            isMadeAbsolute(definition, own) ? { ...definition, pattern: undefined } : definition,
            read.value,
          )
    if (complaint !== undefined) complaints.push(`parameter ${name} ${complaint}`)
    else if ('value' in read)
      values[name] =
        definition.type === 'path' && pathsFrom !== undefined ? resolve(pathsFrom, String(read.value)) : read.value
  }
  if (complaints.length === 0) return Object.freeze(values)
  const missing = missingParameters(definitions, given).map(({ name, type, variable }) =>
    type === 'secret' ? `--param-env ${name}=${variable ?? 'VARIABLE'}` : `--param ${name}=…`,
  )
  throw new UsageError(complaints.join('; '), missing.length === 0 ? {} : { hint: `give ${missing.join(' ')}` })
}

/** A pattern is one of what is given: what became of it when it was read need not match. */
function isMadeAbsolute({ type }: ParameterDefinition, given: GivenParameter | undefined): boolean {
  return (
    type === 'path' &&
    given !== undefined &&
    'wasRead' in given &&
    typeof given.value === 'string' &&
    isAbsolute(given.value)
  )
}

function valueOf(definition: ParameterDefinition, given: GivenParameter): unknown {
  return 'text' in given ? readTypedText(definition.type, given.text) : given.value
}

function defaultOf(
  definition: ParameterDefinition,
  scope: ExpressionScope,
): { readonly value: unknown } | { readonly complaint: string } {
  if (definition.default === undefined)
    return { complaint: `(${definition.description}) is required and was not given` }
  try {
    return { value: definition.default.resolve(scope) }
  } catch (error) {
    return { complaint: `has a default that could not be computed: ${messageOf(error)}` }
  }
}
