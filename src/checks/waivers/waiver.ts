import type { Position } from '../../base/errors.js'

/** An approved exception: one check may fail until a day, in some profiles, for a reason that somebody answers for. */
export interface Waiver {
  /** The id of the one check it is for. */
  readonly check: string
  readonly reason: string
  /** Who answers for it. */
  readonly owner: string
  /** Where the exception was approved. */
  readonly ticket: string
  /** The last day on which it holds, in UTC: `2026-03-01`. */
  readonly expires: string
  /** Canonical names. */
  readonly profiles: readonly string[]
  /** The one deployment it is for; every one when left out. */
  readonly deployment: string | undefined
  /** Who signed the file it is in; left out where no signature is demanded. */
  readonly signer?: WaiverSigner | undefined
  readonly position: Position
}

/** Who signed a waiver. */
export interface WaiverSigner {
  /** Whom the signers file says the key belongs to. */
  readonly principal: string
  /** Fingerprint of the key: `SHA256:…`. */
  readonly key: string
}

/** A waiver that covered a failure. */
export interface AppliedWaiver {
  readonly waiver: Waiver
  /** Whole days after the one on which the run began: 0 on its last day. */
  readonly daysLeft: number
}

/** What signatures of a waiver file are made for (`ssh-keygen -Y sign -n`). */
export const waiverNamespace = 'preflight-waivers'

/** How far ahead a waiver may end, in days. */
export const mostDaysAhead = 90

/** From so many days left on, every run warns of a waiver. */
export const daysOfWarning = 14

const millisecondsOfDay = 86_400_000

/**
 * Days since 1970-01-01 of a date that is written `2026-03-01`; `undefined` for a text that is not a date, or a day
 * that does not exist.
 */
export function dayOf(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined
  const time = Date.parse(`${date}T00:00:00.000Z`)
  // The thirtieth of February would be read as a day in March.
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(date) ? undefined : time / millisecondsOfDay
}

/**
 * The day in UTC so many days after a moment in milliseconds since the epoch, whatever the time zone of this machine.
 */
export function dateAhead(moment: number, days: number): string {
  return new Date(moment + days * millisecondsOfDay).toISOString().slice(0, 10)
}

/**
 * Whole days from a moment's day in UTC to the day a waiver ends: 0 on the last day it holds, negative once it has
 * expired.
 */
export function daysLeft({ expires }: Pick<Waiver, 'expires'>, moment: number): number {
  return dayOf(expires)! - Math.floor(moment / millisecondsOfDay)
}
