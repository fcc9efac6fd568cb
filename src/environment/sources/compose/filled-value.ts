import type { Position } from '../../../base/position.js'
import type { EnvironmentDraft } from '../read-environment.js'
import { interpolate, type Lookup } from './interpolate.js'

/** A variable with its text as it is written, and how what stands in it is found. */
export interface WrittenVariable {
  readonly name: string
  readonly text: string
  readonly position: Position
  readonly lookup: Lookup
}

/**
 * Sets a variable to its text with the variables in it filled in, to something unknown where one of them is, or reports
 * why not.
 */
export function setFilled(draft: EnvironmentDraft, { name, text, position, lookup }: WrittenVariable): void {
  const filled = interpolate(text, lookup)
  if (filled.kind === 'text') draft.set(name, filled.value, position)
  else if (filled.kind === 'invalid')
    draft.report(
      position,
      'interpolation',
      `the value of ${name} has a \${ without a name or a clear end`,
      'write ${NAME}, ${NAME:-default}, or $$ for a dollar sign',
    )
  else {
    draft.setUnknown(name, {
      position,
      code: 'unknown-value',
      message: `${name} takes the value of ${filled.wording}, which is not known here`,
      hint: `set that in the .env file beside the Compose file, set ${name} in a source that is named later, or let --inherit-env take this shell's variables; $$ is a dollar sign`,
    })
  }
}

/** Marks a variable that takes the value it has where Compose is started. */
export function setInherited(draft: EnvironmentDraft, name: string, position: Position): void {
  draft.setUnknown(name, {
    position,
    code: 'unknown-value',
    message: `${name} has no value here: Compose takes it from the shell that starts it`,
    hint: `set it in the .env file beside the Compose file or in a source that is named later, or let --inherit-env take this shell's variables`,
  })
}
