import type { Outcome } from '../outcome.js'
import { daysLeft, daysOfWarning, type Waiver } from './waiver.js'
import { concerns, type WaiverGround } from './waive.js'

/**
 * What every run says of the waivers that are for its profile and deployment: those that have expired, and those that
 * soon will.
 */
export function endingWaivers(waivers: readonly Waiver[], ground: WaiverGround): readonly string[] {
  return waivers
    .filter((waiver) => concerns(waiver, ground))
    .flatMap((waiver) => {
      const days = daysLeft(waiver, ground.now)
      const end =
        days < 0
          ? `expired on ${waiver.expires} and waives nothing any more`
          : `ends on ${waiver.expires}, ${inDays(days)}`
      return days > daysOfWarning ? [] : [`the waiver of ${waiver.check} ${end}${approval(waiver)}`]
    })
}

/**
 * What a run says of waivers that are for its profile and deployment, and of which none counts. @param file how
 * messages call theirs
 */
export function uncountedWaivers(
  waivers: readonly Waiver[],
  file: string,
  why: string,
  ground: WaiverGround,
): readonly string[] {
  const count = waivers.filter((waiver) => concerns(waiver, ground)).length
  return count === 0
    ? []
    : [`the ${count === 1 ? 'waiver' : `${count} waivers`} of ${file} ${count === 1 ? 'does' : 'do'} not count: ${why}`]
}

/**
 * Waivers that a run had no use for. Only a run of the whole selection can tell; of a check that could not be evaluated
 * not even that one.
 */
export function unusedWaivers(
  waivers: readonly Waiver[],
  outcomes: readonly Outcome[],
  ground: WaiverGround,
): readonly string[] {
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]))
  return waivers
    .filter((waiver) => concerns(waiver, ground) && daysLeft(waiver, ground.now) >= 0)
    .flatMap((waiver) => {
      const why = whyUnused(byId.get(waiver.check))
      return why === undefined ? [] : [`the waiver of ${waiver.check} was not used: ${why}${approval(waiver)}`]
    })
}

function whyUnused(outcome: Outcome | undefined): string | undefined {
  switch (outcome?.status) {
    case undefined:
      return 'the check is not selected'
    case 'pass':
      return 'the check passed'
    case 'not-applicable':
      return 'the check does not apply'
    case 'warn':
      return 'the check is advisory, and a warning needs no waiver'
    default:
      return undefined
  }
}

function inDays(days: number): string {
  return days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`
}

function approval({ ticket, owner }: Waiver): string {
  return ` (${ticket}, ${owner})`
}
