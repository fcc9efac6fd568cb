import { builtinChecks } from '../base/package.js'
import { counted } from '../base/text/wording.js'
import { DefinitionsError, type Diagnostic } from '../base/errors.js'
import type { InputDefinition } from '../definitions/expression/expression.js'
import type { CheckDefinition, Definitions } from './definition.js'
import { fullInputName } from './input-names.js'
import type { Configuration } from './load/configuration.js'
import { deploymentPlace } from './load/deployment-place.js'
import { gatesAmong } from './plan/gates.js'

/** A required input that selected checks need and that is not given. */
export interface MissingInput extends Pick<InputDefinition, 'name' | 'system' | 'type' | 'description' | 'secret'> {
  /** Ids of the selected checks that read it. */
  readonly checks: readonly string[]
  /** Whether none of them would run without the gates. */
  readonly isForGatesOnly: boolean
  /** Whether its pack ships. */
  readonly isShipped: boolean
}

/**
 * The required inputs that checks need and that were not given, each once, with the checks that need it: a check never
 * vanishes, nor fails for a reason of its own, because an input is missing.
 *
 * @param given full names
 */
export function missingInputs(
  definitions: Definitions,
  checks: readonly CheckDefinition[],
  given: ReadonlySet<string>,
): readonly MissingInput[] {
  let gates: ReadonlySet<string> | undefined
  return definitions.packs.flatMap((pack) =>
    pack.inputs.flatMap(({ name, system, description, default: fallback, type, secret }) => {
      if (fallback !== undefined || given.has(fullInputName({ system, name }))) return []
      const ids = checks.filter((check) => check.system === system && check.inputs.includes(name)).map(({ id }) => id)
      if (ids.length === 0) return []
      gates ??= gatesAmong([...definitions.checks.values()])
      return [
        {
          name,
          system,
          type,
          description,
          secret,
          checks: ids,
          isForGatesOnly: isWithin(ids, gates),
          isShipped: pack.root === builtinChecks,
        },
      ]
    }),
  )
}

const isWithin = (ids: readonly string[], set: ReadonlySet<string>): boolean => ids.every((id) => set.has(id))

/** How a line of a deployment file gives an input. */
export function configuredForm({ type, secret }: Pick<MissingInput, 'type' | 'secret'>): string {
  return secret ? '{ file: PATH }' : type.toUpperCase()
}

/** Exit 3: inputs of selected checks are missing. A person is shown one screen, a program the diagnostics. */
export class MissingInputsError extends DefinitionsError {
  /** Whether there is a deployment file. */
  readonly hasFile: boolean

  constructor(
    readonly missing: readonly MissingInput[],
    readonly configuration: Pick<Configuration, 'file' | 'root'>,
  ) {
    super(missingDiagnostics(missing, configuration))
    this.hasFile = configuration.root !== undefined
  }
}

/** Missing inputs in reports for programs, at the `inputs:` of the deployment file. @param more ends each hint */
export function missingDiagnostics(
  missing: readonly MissingInput[],
  configuration: Pick<Configuration, 'file' | 'root'>,
  more = '',
): readonly Diagnostic[] {
  const position = deploymentPlace(configuration, ['inputs'])
  return missing.map((input) => {
    const name = fullInputName(input)
    return {
      position,
      code: 'missing-input',
      message: `the input ${name} (${input.description}) is required by ${someOf(input.checks)} but was not given`,
      hint: `give --input ${name}=${input.type.toUpperCase()}, write ${name}: ${configuredForm(input)} under inputs: in ${configuration.file}, or leave these checks out with --skip${more}`,
    }
  })
}

const mostNamed = 5

function someOf(ids: readonly string[]): string {
  if (ids.length <= mostNamed) return ids.join(', ')
  return `${ids.slice(0, mostNamed).join(', ')} and ${counted(ids.length - mostNamed, 'other check')}`
}
