/** How often an address may be asked. */
export interface PeerBudget {
  /** The name that its pack gives to the peer. */
  readonly name: string
  /** As `addressKey` writes it. */
  readonly address: string
  /** How many requests may be made within any stretch of `per` milliseconds. */
  readonly requests: number
  readonly per: number
}

/** The most requests of a budget, and of a record. */
export const mostRequests = 1000

/** A request as it counts: its peer has counted it at some moment from `from` to `until`. Milliseconds of one clock. */
export interface CountedRequest {
  readonly from: number
  /** Infinite until the request is over. */
  readonly until: number
}

/** What is in the way of a request. */
export interface SpentBudget {
  readonly peer: string
  /** Milliseconds until it may be made; the least, when a request is not over yet. */
  readonly milliseconds: number
  readonly isOpen: boolean
}

/** Milliseconds by which the clocks of two processes may be apart when a record is read and written. */
const clockSlack = 20

/**
 * What must be waited for before a further request; `undefined` when it may be made now.
 *
 * A request counts until `per` after its end: its peer counted it before that. So no stretch of `per` on the peer's
 * clock has more requests than the budget, however long each was under way.
 */
export function spentBudget(
  budgets: readonly PeerBudget[],
  requests: readonly CountedRequest[],
  now: number,
): SpentBudget | undefined {
  const ends = requests.map(({ until }) => until).sort((one, other) => other - one)
  const spent = budgets.flatMap(({ name, requests: most, per }) => {
    const end = ends[most - 1]
    if (end === undefined || end + per + clockSlack <= now) return []
    return [{ peer: name, milliseconds: Math.min(end, now) + per + clockSlack - now, isOpen: end > now }]
  })
  return spent.sort((one, other) => other.milliseconds - one.milliseconds)[0]
}
