import { randomUUID } from 'node:crypto'
import { mostRequests, type CountedRequest } from './peer-budget.js'
import { RecordFile, UnusableRecordError, type RecordedRequest } from './record-file.js'

/** A request of this process. */
export interface OwnRequest extends CountedRequest {
  until: number
  /** Until when it counts for others, if this process does not live to say that it is over. */
  readonly latest: number
}

/** What came of asking whether a request may be made: it is noted, or something is in its way. */
export type Claim<Obstacle> = { readonly request: OwnRequest } | { readonly obstacle: Obstacle }

interface ClaimRequest<Obstacle> {
  /** What must be waited for, given all requests that count; `undefined` when nothing must. */
  readonly inTheWay: (requests: readonly CountedRequest[], now: number) => Obstacle | undefined
  /** Milliseconds that the request may take. */
  readonly longest: number
  readonly signal: AbortSignal
}

/** The longest stretch of a budget: an older request counts for none. */
export const longestPer = 60 * 60_000

/** Milliseconds that a request of another process counts as under way at most. */
const longestOpen = 10 * 60_000

/** Milliseconds in which the end of a request must be noted: a process that is stopped may hold the record. */
const longestEnd = 2000

/**
 * The requests that all processes of a state folder made to one address. A process knows its own by the monotonic
 * clock; those of others are in a file, by the wall clock.
 */
export class RequestRecord {
  readonly #by = randomUUID()
  /** `undefined` once it cannot be used: nothing is known of others any more. */
  #file: RecordFile | undefined
  #own: OwnRequest[] = []
  #others: (CountedRequest & { readonly by: string })[] = []
  #last: Promise<unknown> = Promise.resolve()

  /**
   * @param state the state folder
   * @param spent how many requests count as made just now when the record cannot be used: all of a budget
   * @param onProblem called with why it cannot be used
   */
  constructor(
    state: string,
    private readonly address: string,
    private readonly spent: number,
    private readonly onProblem: (problem: string) => void,
  ) {
    this.#file = new RecordFile(state, address)
  }

  /** Notes a request if it may be made now. @throws the signal's reason when it aborts first */
  claim<Obstacle>(request: ClaimRequest<Obstacle>): Promise<Claim<Obstacle>> {
    return this.#afterOthers(() => this.#claim(request))
  }

  /** Notes that a request is over. Where that cannot be noted, it counts for others until its latest end. */
  end(request: OwnRequest): Promise<void> {
    request.until = performance.now()
    return this.#afterOthers(async () => {
      const signal = AbortSignal.timeout(longestEnd)
      try {
        await this.#file?.update(signal, (recorded) => {
          this.#learn(recorded)
          return this.#recorded()
        })
      } catch (error) {
        if (error instanceof UnusableRecordError) this.#giveUp(error)
        else if (!signal.aborted) throw error
      }
    })
  }

  #afterOthers<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }

  async #claim<Obstacle>(asked: ClaimRequest<Obstacle>): Promise<Claim<Obstacle>> {
    let claim: Claim<Obstacle> | undefined
    try {
      await this.#file?.update(asked.signal, (recorded) => {
        const isCorrected = this.#learn(recorded)
        claim = this.#decide(asked)
        return isCorrected || 'request' in claim ? this.#recorded() : undefined
      })
    } catch (error) {
      if (!(error instanceof UnusableRecordError)) throw error
      const noted = claim
      if (noted !== undefined && 'request' in noted) this.#own = this.#own.filter((own) => own !== noted.request)
      claim = undefined
      this.#giveUp(error)
    }
    return claim ?? this.#decide(asked)
  }

  #decide<Obstacle>({ inTheWay, longest }: ClaimRequest<Obstacle>): Claim<Obstacle> {
    const now = performance.now()
    this.#forgetOld(now)
    const obstacle = inTheWay([...this.#own, ...this.#others], now)
    if (obstacle !== undefined) return { obstacle }
    const request = { from: now, until: Infinity, latest: now + Math.min(longest, longestOpen) }
    this.#own.push(request)
    return { request }
  }

  #forgetOld(now: number): void {
    const counts = ({ until }: CountedRequest): boolean => until + longestPer > now
    this.#own = this.#own.filter(counts)
    this.#others = this.#others.filter(counts)
  }

  /** Takes in what others recorded. @returns whether something of it was wrong, so that it must be written again */
  #learn(recorded: readonly RecordedRequest[] | Error): boolean {
    if (recorded instanceof Error) {
      this.#others = []
      this.#spend(`${this.#file?.path ?? ''} cannot be read: ${recorded.message}`)
      return true
    }
    const now = performance.now()
    const sinceEpoch = Date.now() - now
    let isCorrected = false
    this.#others = recorded
      .filter(({ by }) => by !== this.#by)
      .map(({ by, from, until }) => {
        // Made before the wall clock was set back: when it was is unknown, but not later than now.
        const isOfTheFuture = from > Math.ceil(now + sinceEpoch)
        isCorrected ||= isOfTheFuture
        if (isOfTheFuture) return { by, from: now, until: now }
        return { by, from: from - sinceEpoch, until: Math.min(until, from + longestOpen) - sinceEpoch }
      })
    return isCorrected
  }

  /** All of a budget counts as spent just now. */
  #spend(problem: string): void {
    const now = performance.now()
    for (let count = 0; count < this.spent; count += 1) this.#own.push({ from: now, until: now, latest: now })
    this.onProblem(
      `which requests other processes made to ${this.address} is unknown, so its budget counts as spent: ${problem}`,
    )
  }

  #giveUp({ message }: UnusableRecordError): void {
    this.#file = undefined
    this.#others = []
    this.#spend(message)
  }

  /** What is known of all requests, the latest of them where there are too many. */
  #recorded(): readonly RecordedRequest[] {
    const sinceEpoch = Date.now() - performance.now()
    const own = this.#own.map(({ from, until, latest }) => ({ by: this.#by, from, until: Math.min(until, latest) }))
    return [...this.#others, ...own]
      .sort((one, other) => one.until - other.until)
      .slice(-mostRequests)
      .map(({ by, from, until }) => ({
        by,
        from: Math.floor(from + sinceEpoch),
        until: Math.ceil(until + sinceEpoch),
      }))
  }
}
