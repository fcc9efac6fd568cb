import { createRedactor, type Redactor } from './redact.js'
import { inheritedVariables, ordinaryVariables } from '../base/own-environment.js'

let known: Redactor | undefined

/** From now on unexpected errors are shown as this redactor shows them. */
export function redactErrorsWith(redactor: Redactor): void {
  known = redactor
}

/** The redactor of the run, once there is one; before that one that knows all that this process was started with. */
export function errorRedactor(): Redactor {
  if (known !== undefined) return known
  const variables = Object.entries(inheritedVariables())
  const secrets = variables
    .filter(([name]) => !ordinaryVariables.has(name))
    .map(([name, value]) => ({ name, value, exposure: 'secret' as const }))
  return createRedactor(secrets, {
    publicText: variables.filter(([name]) => ordinaryVariables.has(name)).map(([, value]) => value),
  })
}
