import type { CheckDefinition } from '../definition.js'
import type { Surroundings } from '../../engine/surroundings.js'
import type { Prepared } from '../prepare.js'

/** What each check of a run finds around it. */
export function surroundingsOf(
  { definitions, environment, scopeOf }: Prepared,
  knownSecretsFile: string | undefined,
): (check: CheckDefinition) => Surroundings {
  const bySystem = new Map(
    definitions.packs.map((pack) => {
      const secretInputs = new Set(pack.inputs.filter((input) => input.secret).map((input) => input.name))
      return [pack.system, { environment, variables: pack.variables, secretInputs, knownSecretsFile }]
    }),
  )
  return (check) => ({ ...bySystem.get(check.system)!, scope: scopeOf(check) })
}
