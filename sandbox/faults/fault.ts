import type { Deployment } from '../deployment.js'
import type { Cure } from './cure.js'
import type { FaultDescription } from './fault-description.js'
import type { FaultEffect } from './fault-effect.js'

export type FaultGroup = 'configuration' | 'secrets' | 'servers' | 'processes' | 'toolchain' | 'gates'

/** One thing that can be wrong with a deployment, and the check that must say so. */
export interface Fault extends FaultDescription {
  readonly group: FaultGroup
  /** Words that its message must hold, where another defect would give the same status. */
  readonly says?: string
  /** What an operator does about it; none where no setting, command or restart mends it. */
  readonly cure?: Cure
  /**
   * Ids of further checks that see the same defect. Each is either red (or warns) with it or blocked by the one that
   * caught it.
   */
  readonly alsoRed: readonly string[]
  /** Breaks it. Configuration and secrets change no process but the stand-ins' secrets. */
  apply(deployment: Deployment): Promise<FaultEffect>
}

/**
 * How a check and a run of everything see a fault: as a wrong answer or a classified refusal, as silence, or as
 * something to warn of.
 */
export const sightings = {
  wrong: { status: 'fail', exitCode: 1 },
  silent: { status: 'timeout', exitCode: 4 },
  advisory: { status: 'warn', exitCode: 0 },
} as const satisfies Readonly<Record<string, Pick<Fault, 'status' | 'exitCode'>>>

export type Sighting = keyof typeof sightings

/** What an effect leaves unsaid. */
export function effect(parts: Partial<FaultEffect>): FaultEffect {
  return { environment: {}, inputs: {}, undo: async () => undefined, ...parts }
}
