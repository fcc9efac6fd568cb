import { dirname, resolve } from 'node:path'
import { messageOf, type Diagnostic, type Position, UsageError } from '../base/errors.js'
import type { TestedEnvironment } from '../environment/environment.js'
import { textOf, type CompiledTemplate } from '../definitions/template/compile-template.js'
import type { InputDefinition } from '../definitions/expression/expression.js'
import type { Definitions, Pack } from './definition.js'
import { readInputOptions, type InputOption } from './input-options.js'
import { fullInputName, fullNameOf } from './input-names.js'
import type { Configuration } from './load/configuration.js'
import type { ConfiguredInput } from './load/configured-inputs.js'
import { complaintOf } from './list-checks.js'
import { readInputValue } from './load/input-value.js'
import type { GivenInput, GivenInputs } from './load/resolve-inputs.js'
import { tellsOfSecret } from './secrets.js'

/** What a deployment gives one input, before the environment under test is read. */
export interface WrittenInput {
  /** As it is written, `${{ … }}` included; of a file what it holds. */
  readonly value: GivenInput
  /** What makes the value from the environment under test. */
  readonly template: CompiledTemplate | undefined
  /** Whether the value is in a file or a variable of this process, which makes it secret whatever its pack says. */
  readonly isSecret: boolean
  /** Absolute folder that relative paths start from: the deployment file's, or the working folder. */
  readonly folder: string
  /** Where the deployment file has it; `undefined` on the command line. */
  readonly position: Position | undefined
}

/** What a deployment gives the packs, by the full name of the input; by the written name where that names none. */
export interface WrittenInputs {
  readonly inputs: ReadonlyMap<string, WrittenInput>
  /** Why an input has no value, by the same name. */
  readonly unread: ReadonlyMap<string, Diagnostic>
  /** The names that the command line gives, as they are written. */
  readonly named: readonly string[]
}

/**
 * What a deployment gives the packs: the deployment file's inputs, those of the command line over them. Files are read.
 * Names that name no input are left to `refuseWrongInputs`.
 *
 * @throws UsageError for an option that has no name or no value, or the same input twice
 * @throws DefinitionsError for a file of inputs that is wrong
 */
export async function writtenInputs(
  configuration: Pick<Configuration, 'file' | 'inputs'>,
  definitions: Definitions,
  options: readonly InputOption[],
): Promise<WrittenInputs> {
  const named = await readInputOptions(options)
  const given = new Map([...named].map(([written, option]) => [fullNameOf(definitions, written), option]))
  if (given.size < named.size) throw givenTwice(definitions, [...named.keys()])
  const inputs = new Map<string, WrittenInput>()
  const unread = new Map<string, Diagnostic>()
  const folder = dirname(resolve(configuration.file))
  for (const [written, configured] of Object.entries(configuration.inputs)) {
    const name = fullNameOf(definitions, written)
    if (given.has(name)) continue
    const { value, template, position, file } = configured
    const read = file === undefined ? { value: value! } : await valueInFile(name, configured, file)
    if ('message' in read) unread.set(name, read)
    else inputs.set(name, { value: read.value, template, isSecret: file !== undefined, folder, position })
  }
  for (const [name, option] of given) inputs.set(name, { ...option, template: undefined, position: undefined })
  return { inputs, unread, named: [...named.keys()] }
}

function givenTwice(definitions: Definitions, names: readonly string[]): UsageError {
  const same = names.filter((written) =>
    names.some((other) => other !== written && fullNameOf(definitions, other) === fullNameOf(definitions, written)),
  )
  return new UsageError(`the input ${fullNameOf(definitions, same[0]!)} is given twice: as ${same.join(' and as ')}`)
}

async function valueInFile(
  name: string,
  { position }: Pick<ConfiguredInput, 'position'>,
  file: string,
): Promise<{ readonly value: string } | Diagnostic> {
  const read = await readInputValue(file)
  if (typeof read !== 'string') return { value: read.value }
  return { position, code: 'input-file', message: `the value of the input ${name} cannot be read: ${file} ${read}` }
}

/** The values that no environment has a say in, by full name. */
export function knownValues({ inputs }: WrittenInputs): GivenInputs {
  const known = [...inputs].filter(([, { template }]) => template === undefined)
  return Object.fromEntries(known.map(([name, { value }]) => [name, value]))
}

/** The values as they are written, by full name. */
export function valuesOf({ inputs }: WrittenInputs): GivenInputs {
  return Object.fromEntries([...inputs].map(([name, { value }]) => [name, value]))
}

interface ResolvedInputs {
  readonly given: GivenInputs
  /** Why an input that is written has no value, by its name: a check that reads it cannot be judged. */
  readonly unresolved: ReadonlyMap<string, Diagnostic>
}

/** Fills in what the environment under test says, and holds the values against their types. */
export function resolveWritten(
  { inputs, unread }: WrittenInputs,
  definitions: Definitions,
  environment: TestedEnvironment,
): ResolvedInputs {
  const env = Object.fromEntries(environment.names().map((name) => [name, environment.get(name)!.reveal()]))
  const given: Record<string, GivenInput> = {}
  const unresolved = new Map(unread)
  for (const [name, { value, template, position, isSecret }] of inputs) {
    const resolved = template === undefined ? value : valueOfTemplate(name, template, env, position!)
    // The others were held against their types before.
    const isNew = position !== undefined && (template !== undefined || isSecret)
    const complaint = !isNew || isProblem(resolved) ? undefined : complaintOf(definitions, name, resolved)
    if (isProblem(resolved)) unresolved.set(name, resolved)
    else if (complaint !== undefined)
      unresolved.set(name, { position: position!, code: 'input-value', message: `the input ${name} ${complaint}` })
    else given[name] = resolved
  }
  return { given, unresolved }
}

const isProblem = (value: GivenInput | Diagnostic): value is Diagnostic =>
  typeof value === 'object' && !Array.isArray(value)

function valueOfTemplate(
  name: string,
  template: CompiledTemplate,
  env: Readonly<Record<string, string>>,
  position: Position,
): GivenInput | Diagnostic {
  const absent = template.references.flatMap((reference) => {
    const [root, variable = ''] = reference.split('.')
    return root === 'env' && !Object.hasOwn(env, variable) ? [variable] : []
  })
  const absences = Object.fromEntries(
    absent.map((variable) => [`env.${variable}`, `the environment under test does not set ${variable}`]),
  )
  try {
    const value = template.resolve({ env, absences })

    return Array.isArray(value) ? value.map(textOf) : textOf(value)
  } catch (error) {
    return {
      position,
      code: 'input-template',
      message: `the input ${name} has no value: ${messageOf(error)}`,
      hint: `set the variable, or write a default, in quotes: '\${{ has(env.NAME) ? env.NAME : "default" }}'`,
    }
  }
}

/**
 * The definitions of this deployment: an input whose value is in a file or a variable of this process, or made from
 * variables that are not public, is secret too.
 */
export function withSecretInputs(definitions: Definitions, { inputs }: WrittenInputs): Definitions {
  const isSecret = (input: InputDefinition, pack: Pack): boolean => {
    const written = inputs.get(fullInputName(input))
    if (written === undefined) return false
    return written.isSecret || (written.template !== undefined && tellsOfSecret(written.template.inspected, pack))
  }
  const packs = definitions.packs.map((pack) =>
    pack.inputs.some((input) => isSecret(input, pack))
      ? {
          ...pack,
          inputs: pack.inputs.map((input) => (isSecret(input, pack) ? { ...input, secret: true } : input)),
        }
      : pack,
  )
  return { ...definitions, packs }
}
