import { UsageError, messageOf } from '../../base/errors.js'
import { suggestionHint } from '../../base/text/suggestion.js'
import type { CheckDefinition, Definitions, Pack } from '../definition.js'
import type { InputDefinition } from '../../definitions/input-definition.js'
import type { Scope } from '../../definitions/expression/expression.js'
import type { Diagnostic } from '../../base/position.js'
import { inputComplaint, readGivenInput, usableInput, type GivenInput } from './input-value.js'
import type { EnvironmentScope } from './scope.js'

export type GivenInputs = Readonly<Record<string, GivenInput>>

/** @throws UsageError for a given name that no pack declares: a misspelt input would leave the default in force */
export function refuseUnknownInputs(definitions: Definitions, given: GivenInputs): void {
  const known = new Set(definitions.packs.flatMap((pack) => pack.inputs.map((input) => input.name)))
  for (const name of Object.keys(given)) {
    if (!known.has(name))
      throw new UsageError(`unknown input ${name}`, {
        hint:
          suggestionHint(name, known) ??
          (known.size === 0 ? 'the packs declare no inputs' : `known: ${[...known].join(', ')}`),
      })
  }
}

/**
 * Completes a pack's scope with its inputs: given values read by their type, the others by their defaults.
 *
 * Only the inputs named in `needed` are resolved (all when left out), and those their defaults read. One whose default
 * cannot be computed is absent with the reason, so that the expressions reading it fail and say why; it is not a
 * missing one.
 *
 * @throws UsageError naming every given input whose text is not of its type; never its value
 */
export function resolveInputs(
  pack: Pick<Pack, 'inputs'>,
  given: GivenInputs,
  scope: EnvironmentScope,
  needed?: ReadonlySet<string>,
): Scope {
  refuseWrongInputs(pack.inputs, given)
  const inputs: Record<string, unknown> = {}
  const absences: Record<string, string> = { ...scope.absences }
  for (const definition of wanted(pack.inputs, needed)) {
    const { name } = definition
    try {
      const value = Object.hasOwn(given, name)
        ? readGivenInput(definition, given[name]!)
        : defaultValue(definition, { ...scope, inputs, absences })
      if (value === undefined) absences[`inputs.${name}`] = 'it is required and was not given'
      else inputs[name] = usableInput(definition, value)
    } catch (error) {
      absences[`inputs.${name}`] = `its default could not be computed: ${messageOf(error)}`
    }
  }
  return { ...scope, inputs, absences }
}

function refuseWrongInputs(definitions: readonly InputDefinition[], given: GivenInputs): void {
  const complaints = definitions.flatMap((definition) => {
    if (!Object.hasOwn(given, definition.name)) return []
    const complaint = inputComplaint(definition, readGivenInput(definition, given[definition.name]!))
    return complaint === undefined ? [] : [`input ${definition.name} ${complaint}`]
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

/**
 * The required inputs that checks need and that nobody gave, each once, with the checks that need it: a check never
 * vanishes, nor fails for a reason of its own, because an input is missing.
 */
export function missingInputs(
  definitions: Definitions,
  checks: readonly CheckDefinition[],
  given: GivenInputs,
): Diagnostic[] {
  return definitions.packs.flatMap((pack) =>
    pack.inputs.flatMap(({ name, system, description, default: fallback, position, type }) => {
      if (fallback !== undefined || Object.hasOwn(given, name)) return []
      const needing = checks
        .filter((check) => check.system === system && check.inputs.includes(name))
        .map((check) => check.id)
      if (needing.length === 0) return []
      const message = `the input ${name} (${description}) is required by ${needing.join(', ')} and was not given`
      return [
        {
          position,
          code: 'missing-input',
          message,
          hint: `give --input ${name}=${type.toUpperCase()}, set it under inputs: in preflight.yaml, or leave these checks out with --skip`,
        },
      ]
    }),
  )
}
