import type { Outcome } from '../outcome.js'
import { daysLeft, type Waiver } from './waiver.js'

export interface WaiverGround {
  readonly profile: string
  readonly deployment: string | undefined
  /** The moment the run began, in milliseconds since the epoch: a run that goes on past midnight keeps its waivers. */
  readonly now: number
}

/** Whether a waiver is for this profile and this deployment at all, expired or not. */
export function concerns(
  { profiles, deployment }: Waiver,
  ground: Pick<WaiverGround, 'profile' | 'deployment'>,
): boolean {
  return profiles.includes(ground.profile) && (deployment === undefined || deployment === ground.deployment)
}

/**
 * An outcome under waivers: `waived` where it failed and one of them covers it, else as it was. Whatever could not be
 * evaluated stays
 * red, since nobody knows what would be waived there; and what is merely a warning needs no waiver.
 *
 * @param uncounted why none of the waivers counts: the failure stays one, and its message says so
 */
export function waive(outcome: Outcome, waivers: readonly Waiver[], ground: WaiverGround, uncounted?: string): Outcome {
  if (outcome.status !== 'fail') return outcome
  const waiver = waivers.find(
    (each) => each.check === outcome.id && concerns(each, ground) && daysLeft(each, ground.now) >= 0,
  )
  if (waiver === undefined) return outcome
  if (uncounted !== undefined)
    return Object.freeze({
      ...outcome,
      message: `${outcome.message}; its waiver (${waiver.ticket}, ${waiver.owner}) does not count: ${uncounted}`,
    })
  return Object.freeze({ ...outcome, status: 'waived', waived: { waiver, daysLeft: daysLeft(waiver, ground.now) } })
}
