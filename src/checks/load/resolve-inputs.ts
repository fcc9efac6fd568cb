import { resolve } from 'node:path'
import { UsageError, messageOf, type Diagnostic } from '../../base/errors.js'
import type { Pack } from '../definition.js'
import { fullInputName } from '../input-names.js'
import { ExpressionFailure } from '../../definitions/expression/failure.js'
import type { InputDefinition, Scope } from '../../definitions/expression/expression.js'
import { parseDuration } from '../../base/time/duration.js'
import type { FactType } from '../../base/facts.js'
import { reachableUrl } from '../../definitions/expression/evaluation/functions.js'
import { readTypedText, untextualType } from '../../definitions/pattern.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import { readVariable, variableTypeOf } from '../../environment/read-variable.js'
import { driverContextOf } from '../../environment/driver-context.js'
import type { VariableReading, VariableDeclaration, VariableType } from '../../environment/variable-reading.js'

/** Given values, by the full names of inputs. */
export type GivenInputs = Readonly<Record<string, GivenInput>>

/**
 * Completes a pack's scope with its inputs: given values read by their type, the others by their defaults.
 *
 * Only the inputs named in `needed` (without the system) are resolved (all when left out), and those their defaults
 * read. One whose default cannot be computed is absent with the reason, so that the expressions reading it fail and say
 * why; it is not a missing one.
 *
 * @param written what is known of what was given: the folder that relative paths start from, and why something has no
 *   value though it was given
 * @throws UsageError naming every given input whose text is not of its type; never its value
 */
export function resolveInputs(
  pack: Pick<Pack, 'inputs'>,
  given: GivenInputs,
  scope: EnvironmentScope,
  needed?: ReadonlySet<string>,
  { folderOf, unresolved }: GivenOrigin = givenHere,
): Scope {
  refuseWrongInputs(pack.inputs, given)
  const inputs: Record<string, unknown> = {}
  const absences: Record<string, string> = { ...scope.absences }
  for (const definition of wanted(pack.inputs, needed)) {
    const { name } = definition
    const fullName = fullInputName(definition)
    const problem = unresolved.get(fullName)
    if (problem !== undefined) {
      absences[`inputs.${name}`] = problem.message
      continue
    }
    try {
      const isGiven = Object.hasOwn(given, fullName)
      const value = isGiven
        ? readGivenInput(definition, given[fullName]!)
        : defaultValue(definition, { ...scope, inputs, absences })
      if (value === undefined) absences[`inputs.${name}`] = 'required and not given'
      else inputs[name] = usableInput(definition, value, isGiven ? folderOf(fullName) : undefined)
    } catch (error) {
      absences[`inputs.${name}`] = `its default could not be computed: ${messageOf(error)}`
    }
  }
  return { ...scope, inputs, absences }
}

/** What is known of given inputs besides their values. */
export interface GivenOrigin {
  /** Absolute; relative paths of what was given start there. @param name in full */
  folderOf(name: string): string | undefined
  /** By full name. */
  readonly unresolved: ReadonlyMap<string, Diagnostic>
}

const givenHere: GivenOrigin = { folderOf: () => undefined, unresolved: new Map() }

function refuseWrongInputs(definitions: readonly InputDefinition[], given: GivenInputs): void {
  const complaints = definitions.flatMap((definition) => {
    const name = fullInputName(definition)
    if (!Object.hasOwn(given, name)) return []
    const complaint = inputComplaint(definition, readGivenInput(definition, given[name]!))
    return complaint === undefined ? [] : [`input ${name} ${complaint}`]
  })
  if (complaints.length > 0) throw new UsageError(complaints.join('; '))
}

/** In declaration order, in which a default comes after all that it reads. */
function wanted(
  definitions: readonly InputDefinition[],
  needed: ReadonlySet<string> | undefined,
): readonly InputDefinition[] {
  if (needed === undefined) return definitions
  const names = new Set(needed)
  for (const definition of [...definitions].reverse()) {
    if (!names.has(definition.name)) continue
    for (const reference of definition.default?.references ?? [])
      if (reference.startsWith('inputs.')) names.add(reference.split('.')[1]!)
  }
  return definitions.filter((definition) => names.has(definition.name))
}

/** @throws Error saying why the default has no usable value */
function defaultValue(definition: InputDefinition, scope: Scope): unknown {
  if (definition.default === undefined) return undefined
  const value = definition.default.resolve(scope)
  const complaint = inputComplaint(definition, value)
  if (complaint !== undefined) throw new Error(`it ${complaint}`)
  return value
}

type Typed = Pick<InputDefinition, 'type' | 'values'>

/** The type that expressions give an input; one with listed values can be compared with nothing else. */
export function factTypeOfInput({ type, values }: Typed): FactType {
  return untextualType(type) ?? (values === undefined ? { type: 'string' } : { type: 'enumeration', values })
}

/** What a value would have to be to be one of an input's; `undefined` when it is. Says nothing of the value. */
export function inputComplaint({ type, values }: Typed, value: unknown): string | undefined {
  const expected = expectations[type]
  if (!expected.accepts(value)) return `must be ${expected.words}`
  if (values !== undefined && !values.includes(value as string)) return `must be one of ${values.join(', ')}`
  return undefined
}

const isText = (value: unknown): value is string => typeof value === 'string'

const isOneWord = (value: unknown): boolean => isText(value) && value !== '' && !/[\s\u0000-\u001F\u007F]/.test(value)

const expectations: Readonly<
  Record<InputDefinition['type'], { readonly words: string; accepts(value: unknown): boolean }>
> = {
  string: { words: 'text', accepts: isText },
  integer: { words: 'a whole number', accepts: Number.isSafeInteger },
  number: { words: 'a number', accepts: Number.isFinite },
  boolean: { words: 'true or false', accepts: (value) => typeof value === 'boolean' },
  duration: {
    words: 'a duration with a unit, such as 500ms, 2s or 5m',
    accepts: (value) => isText(value) && parseDuration(value) !== undefined,
  },
  url: { words: 'an address without spaces', accepts: isOneWord },
  path: { words: 'a path', accepts: (value) => isText(value) && value !== '' && !value.includes('\0') },
  program: {
    words: 'the name of a program, or a path',
    accepts: (value) => isText(value) && value !== '' && !value.includes('\0'),
  },
  list: { words: 'a list of strings', accepts: (value) => Array.isArray(value) && value.every(isText) },
}

/** What a deployment says of an input: text, or a list of texts. */
export type GivenInput = string | readonly string[]

/** What was given, read as an input of its type. */
export function readGivenInput({ type }: Typed, given: GivenInput): unknown {
  return typeof given === 'string' ? readTypedText(type, given) : given
}

/**
 * The value a probe is to use: of an address, the one under which it can be reached; of a path, the one from the folder
 * where it was given. The name of a program that holds no slash is looked for where programs are.
 */
function usableInput({ type }: Typed, value: unknown, folder: string | undefined): unknown {
  if (!isText(value)) return value
  if (type === 'url') return reachableUrl(value)
  const isPath = type === 'path' || (type === 'program' && value.includes('/'))
  return isPath && folder !== undefined ? resolve(folder, value) : value
}

/** What a pack's expressions see of a deployment, before its inputs are resolved. */
type EnvironmentScope = Omit<Scope, 'facts' | 'inputs'> & { readonly absences: Readonly<Record<string, string>> }

/**
 * Reads the environment under test as a pack's expressions see it: `vars` typed by each target's own rule, `env` raw.
 * A variable without a value (unset and without a default, or one the target would refuse) is absent, with the reason.
 *
 * @param environment `undefined` where none was named: then an expression that reads a variable fails, and no default
 *   takes its place
 */
export function buildScope(
  environment: TestedEnvironment | undefined,
  pack: Pick<Pack, 'variables'>,
  profile: string,
): EnvironmentScope {
  if (environment === undefined) return { vars: unnamed('vars'), env: unnamed('env'), profile, absences: {} }
  const vars: Record<string, unknown> = {}
  const surroundings = driverContextOf(environment)
  const absences: Record<string, string> = {}
  for (const [name, declaration] of Object.entries(pack.variables)) {
    const raw = environment.get(name)?.reveal() ?? defaultOf(declaration)
    const reading = raw === undefined ? undefined : readVariable(raw, declaration, surroundings)
    const value = reading === undefined ? undefined : valueOf(reading, variableTypeOf(declaration))
    if (value !== undefined) vars[name] = value
    else
      absences[`vars.${name}`] =
        reading === undefined ? 'it is not set' : `its value ${reading.reason || 'is out of range'}`
  }
  const env = Object.fromEntries(environment.names().map((name) => [name, environment.get(name)!.reveal()]))
  return { vars, env, profile, absences }
}

/** Variables of which nothing is known, not even whether one is set: `has(env.NAME)` fails as well. */
function unnamed(namespace: 'vars' | 'env'): Record<string, never> {
  return new Proxy<Record<string, never>>(
    {},
    {
      getOwnPropertyDescriptor(_, name) {
        throw new ExpressionFailure(`${namespace}.${String(name)} is unknown: no environment was named`)
      },
    },
  )
}

function defaultOf({ default: fallback }: VariableDeclaration): string | undefined {
  return fallback === undefined ? undefined : String(fallback)
}

function valueOf(reading: VariableReading, type: VariableType): unknown {
  if (!reading.valid) return undefined
  switch (type) {
    case 'string':
      return reading.text
    case 'bool':
      return reading.bool
    case 'double':
      return reading.number
    case 'int':
      return Number.isSafeInteger(reading.int) ? reading.int : undefined
  }
}
