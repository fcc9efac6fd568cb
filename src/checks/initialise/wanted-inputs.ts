import { defaultProfile } from '../../base/vocabulary.js'
import type { InputDefinition, Scope } from '../../definitions/expression/expression.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { CheckDefinition, Definitions, Pack } from '../definition.js'
import { readsOf } from '../load/reads-of.js'
import { buildScope, resolveInputs } from '../load/resolve-inputs.js'
import { gatesAmong } from '../plan/gates.js'

/** An input that a deployment should or must say something of. */
export interface WantedInput {
  readonly definition: InputDefinition
  /** Its value where nothing is said, for a person to see; `undefined` when it is required, unknown or secret. */
  readonly fallback: string | undefined
}

/**
 * The inputs that are asked for: addresses of which the environment says nothing, and what is required. Only those of
 * checks that will run.
 *
 * @param environment `undefined` where it is unknown: then what its variables decide is left to it
 */
export function wantedInputs(
  definitions: Definitions,
  environment: TestedEnvironment | undefined,
  gates: boolean,
): readonly WantedInput[] {
  const left = gates ? new Set<string>() : gatesAmong([...definitions.checks.values()])
  return definitions.packs.flatMap((pack) => {
    const scope = resolveInputs(pack, {}, buildScope(environment, pack, defaultProfile))
    const checks = pack.checks.filter((check) => !left.has(check.id) && mayRun(check, scope))
    const read = new Set(checks.flatMap(({ inputs }) => inputs))
    return pack.inputs.flatMap((definition): WantedInput[] => {
      if (!read.has(definition.name)) return []
      if (definition.default !== undefined && !isOpenAddress(definition, pack, environment)) return []
      return [{ definition, fallback: fallbackOf(definition, scope) }]
    })
  })
}

function mayRun(check: CheckDefinition, scope: Scope): boolean {
  if (!check.profiles.includes(defaultProfile)) return false
  try {
    return check.when?.evaluate(scope) !== false
  } catch {
    // What it reads has no value yet: it is unknown whether the check applies, so its inputs are asked for.
    return true
  }
}

/** Whether an input is an address of which the environment says nothing. */
function isOpenAddress(
  { name, type }: InputDefinition,
  pack: Pack,
  environment: TestedEnvironment | undefined,
): boolean {
  if (type !== 'url') return false
  const { variables } = readsOf([`inputs.${name}`], pack.inputs)
  return environment === undefined ? variables.length === 0 : !variables.some((variable) => environment.has(variable))
}

function fallbackOf({ name, secret }: InputDefinition, { inputs }: Scope): string | undefined {
  const value = inputs[name]
  return secret || typeof value !== 'string' ? undefined : value
}
