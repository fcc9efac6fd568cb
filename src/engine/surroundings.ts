import type { Scope } from '../definitions/expression/expression.js'
import type { TestedEnvironment } from '../environment/environment.js'
import type { VariableDeclaration } from '../environment/variable-reading.js'

/**
 * What a check finds around it: everything about its system and its pack that a run needs and a definition does not
 * hold.
 */
export interface Surroundings {
  /** What its expressions see, facts aside. */
  readonly scope: Scope
  readonly environment: TestedEnvironment
  readonly variables: Readonly<Record<string, VariableDeclaration>>
  /** Names of inputs that may carry a credential. */
  readonly secretInputs: ReadonlySet<string>
  readonly knownSecretsFile: string | undefined
}
