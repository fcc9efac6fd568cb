import type { Pack } from '../definition.js'
import type { Scope } from '../../definitions/expression/expression.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import { readVariable, variableTypeOf } from '../../environment/read-variable.js'
import { surroundingsOf } from '../../environment/driver-context.js'
import type { Reading, VariableDeclaration, VariableType } from '../../environment/variable-reading.js'

/** What a pack's expressions see of a deployment, before its inputs are resolved. */
export type EnvironmentScope = Omit<Scope, 'facts' | 'inputs'> & { readonly absences: Readonly<Record<string, string>> }

/**
 * Reads the environment under test as a pack's expressions see it: `vars` typed by each target's own rule, `env` raw.
 * A variable without a value (unset and without a default, or one the target would refuse) is absent, with the reason.
 */
export function buildScope(
  environment: TestedEnvironment,
  pack: Pick<Pack, 'variables'>,
  profile: string,
): EnvironmentScope {
  const vars: Record<string, unknown> = {}
  const surroundings = surroundingsOf(environment)
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

function defaultOf({ default: fallback }: VariableDeclaration): string | undefined {
  return fallback === undefined ? undefined : String(fallback)
}

function valueOf(reading: Reading, type: VariableType): unknown {
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
