import type { DriverContext } from '../../../net/drivers/driver.js'
import type { ProbeContext } from '../../../engine/probe.js'
import { variableTypeOf } from '../../../environment/read-variable.js'
import type { VariableDeclaration } from '../../../environment/variable-reading.js'

/** What variables are read with. */
export interface Reader extends Pick<ProbeContext, 'environment' | 'variables' | 'hidden' | 'withhold'> {
  readonly surroundings: DriverContext
}

/** A variable that no pack declares is raw text, and secret. */
const undeclared: VariableDeclaration = { reads: [], exposure: 'secret' }

export function declarationOf(name: string, { variables }: Reader): VariableDeclaration {
  return (Object.hasOwn(variables, name) ? variables[name] : undefined) ?? undeclared
}

/** What the target does not read, since another variable is set, is not among them. */
export function declaredNames(kind: 'numeric' | 'declared', { environment, variables }: Reader): readonly string[] {
  const isRead = ({ 'unless-set': winner }: VariableDeclaration) => winner === undefined || !environment.has(winner)
  const wanted = Object.entries(variables)
    .filter(([, declaration]) => isRead(declaration))
    .filter(([, declaration]) =>
      kind === 'declared' ? declaration.exposure !== 'secret' : ['int', 'double'].includes(variableTypeOf(declaration)),
    )
  if (wanted.length === 0)
    throw new Error(`no ${kind === 'numeric' ? 'numeric ' : ''}variable is declared, so there is nothing to observe`)
  return wanted.map(([name]) => name)
}
