import { isIP } from 'node:net'
import { parseDuration } from '../../base/time/duration.js'
import type { FactType } from '../../base/facts.js'
import type { ParameterDefinition } from '../definition/runbook-definition.js'
import { untextualType, readTypedText } from '../../definitions/pattern.js'
import { DefinitionsError, messageOf, UsageError } from '../../base/errors.js'
import { Problems, plainValue } from '../../definitions/yaml-node.js'
import { readSourceFile } from '../../definitions/source-file.js'
import { isAbsolute, resolve } from 'node:path'
import { suggestionHint } from '../../base/text/wording.js'
import type { ExpressionScope } from '../../definitions/expression/expression.js'

type Typed = Pick<ParameterDefinition, 'type' | 'values' | 'pattern' | 'minimum' | 'maximum'>

/** The type that expressions give a parameter. */
export function factTypeOfParameter({ type, values }: Typed): FactType {
  return untextualType(type) ?? (type === 'enum' ? { type: 'enumeration', values: values ?? [] } : { type: 'string' })
}

const isText = (value: unknown): value is string => typeof value === 'string'

const hasControls = (text: string): boolean => /[\u0000-\u001F\u007F]/.test(text)

/** What a program could take for one of its options. */
const isDashed = (text: string): boolean => text.startsWith('-')

/** What a value would have to be; `undefined` when it is. Says nothing of the value. */
export function parameterComplaint(definition: Typed, value: unknown): string | undefined {
  if ([value].flat().some((item) => isText(item) && item.includes('\0'))) return 'must not hold a NUL character'
  const { type, minimum, maximum } = definition
  switch (type) {
    case 'integer':
    case 'number':
      if (type === 'integer' ? !Number.isSafeInteger(value) : !Number.isFinite(value))
        return type === 'integer' ? 'must be a whole number' : 'must be a number'
      if (minimum !== undefined && (value as number) < minimum) return `must be at least ${minimum}`
      if (maximum !== undefined && (value as number) > maximum) return `must be at most ${maximum}`
      return undefined
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false'
    case 'list':
      if (!Array.isArray(value) || !value.every(isText)) return 'must be a list of strings'
      return value.some(isDashed) ? 'must not contain an item that starts with a dash' : undefined
    case 'secret':
      return isText(value) && value !== '' ? undefined : 'must not be empty'
    default:
      return isText(value) ? textComplaint(definition, value) : 'must be a string'
  }
}

function textComplaint({ type, values, pattern }: Typed, value: string): string | undefined {
  if (pattern !== undefined) return matchesPattern(pattern, value) ? undefined : `must match ${pattern.source}`
  if (isDashed(value)) return 'must not start with a dash: a program would read it as an option'
  switch (type) {
    case 'enum':
      return (values ?? []).includes(value) ? undefined : `must be one of ${(values ?? []).join(', ')}`
    case 'path':
      return value !== '' && value.length <= 4096 && !hasControls(value)
        ? undefined
        : 'must be a path without control characters'
    case 'url':
      return isUrl(value) ? undefined : 'must be a URL without spaces, such as http://127.0.0.1:8080'
    case 'host':
      return isHost(value) ? undefined : 'must be the name or address of a host'
    case 'duration':
      return parseDuration(value) === undefined ? 'must be a duration with a unit, such as 500ms, 2s or 5m' : undefined
    default:
      return undefined
  }
}

function matchesPattern(pattern: NonNullable<Typed['pattern']>, text: string): boolean {
  try {
    return pattern.matches(text)
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function isUrl(text: string): boolean {
  return (
    !/\s/.test(text) &&
    !hasControls(text) &&
    text.length <= 8192 &&
    /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text) &&
    URL.canParse(text)
  )
}

/** RFC 1123 names, IPv4 and IPv6 addresses. */
function isHost(text: string): boolean {
  if (isIP(text.replace(/^\[(.*)\]$/, '$1')) !== 0) return true
  return (
    text.length <= 253 && text.split('.').every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))
  )
}

/**
 * Reads a file of parameters: one YAML (or JSON) mapping of names to values.
 *
 * @throws DefinitionsError when it is anything else
 */
export async function readParameterFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const problems = new Problems()
  const root = await readSourceFile(path, path, problems)
  if (root !== undefined && root.kind !== 'map')
    problems.report(root.position, 'wrong-type', 'a file of parameters is a mapping of names to values')
  const diagnostics = problems.sorted()
  if (root?.kind !== 'map' || diagnostics.length > 0) throw new DefinitionsError(diagnostics)
  return plainValue(root) as Readonly<Record<string, unknown>>
}

/**
 * What an operator gives a parameter: text as on a command line, or a value as in a file; `wasRead`: one that was read
 * before, as a journal holds it.
 */
export type GivenParameter = { readonly text: string } | { readonly value: unknown; readonly wasRead?: true }

export type ParameterValues = Readonly<Record<string, unknown>>

/** The inputs of a system's checks that defaults of parameters can read. */
export interface InputsOfSystem {
  readonly values: Readonly<Record<string, unknown>>
  /** Why one has no value: `inputs.bus_url`. */
  readonly absences: Readonly<Record<string, string>>
}

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
          (known.length === 0 ? 'this runbook has no parameters' : `known: ${known.join(', ')}`),
      })
  }
}

/** The required parameters that were not given. */
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
 *   wherever they are read again; `undefined` leaves them as they are
 * @param inputs what defaults can read beside the parameters
 * @throws UsageError naming every one that is missing or of the wrong type; never a value
 */
export function readParameters(
  definitions: readonly ParameterDefinition[],
  given: ReadonlyMap<string, GivenParameter>,
  pathsFrom?: string,
  inputs?: InputsOfSystem,
): ParameterValues {
  refuseUnknownParameters(definitions, given.keys())
  const values: Record<string, unknown> = {}
  const complaints: string[] = []
  const scope = { params: values, inputs: inputs?.values ?? {}, absences: inputs?.absences }
  for (const definition of definitions) {
    const { name } = definition
    const own = given.get(name)
    const read = own === undefined ? defaultOf(definition, scope) : { value: valueOf(definition, own) }
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
  const missing = missingParameters(definitions, given).map(howToGive)
  throw new UsageError(complaints.join('; '), missing.length === 0 ? {} : { hint: `give ${missing.join(' ')}` })
}

/** To name the declared variable once more would not help: it is not set. */
function howToGive({ name, type, variable }: ParameterDefinition): string {
  if (type !== 'secret') return `--param ${name}=…`
  return `--param-env ${name}=VARIABLE${variable === undefined ? '' : ` (or set ${variable})`}`
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
    return { complaint: `(${definition.description}) is required but was not given` }
  try {
    return { value: definition.default.resolve(scope) }
  } catch (error) {
    return { complaint: `has a default that could not be computed: ${messageOf(error)}` }
  }
}
