import { createRedactor, type Redactor } from './redact.js'
import { serialisedError } from './serialised-error.js'
import { inheritedVariables, ordinaryVariables } from '../base/own-environment.js'

let known: Redactor | undefined
let learning: Pick<Redactor, 'text'> | undefined

/** From now on unexpected errors are shown as this redactor shows them. */
export function redactErrorsWith(redactor: Redactor): void {
  known = redactor
}

/** The same for what this redactor knows and comes to know, beside the other. */
export function alsoRedactErrorsWith(redactor: Pick<Redactor, 'text'>): void {
  learning = redactor
}

/** The redactor of the run, once there is one; before that one that knows all that this process was started with. */
export function errorRedactor(): Pick<Redactor, 'error'> {
  const first = known ?? ofProcess()
  const second = learning
  return second === undefined
    ? first
    : { error: (error) => serialisedError(error, (text) => second.text(first.text(text))) }
}

function ofProcess(): Redactor {
  const variables = Object.entries(inheritedVariables())
  const secrets = variables
    .filter(([name]) => !ordinaryVariables.has(name))
    .map(([name, value]) => ({ name, value, exposure: 'secret' as const }))
  return createRedactor(secrets, {
    publicText: variables.filter(([name]) => ordinaryVariables.has(name)).map(([, value]) => value),
  })
}
