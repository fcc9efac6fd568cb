import { describeThrown } from '../base/describe-thrown.js'
import { ownershipOf, owningStrays } from '../base/stray-errors.js'
import { type Deadline, longestTimer } from '../base/time/deadline.js'
import { LateSignal } from '../base/time/late-signal.js'
import { limitedBy, type TurnListener } from '../net/turn.js'
import { settledWithin } from '../base/time/waiting.js'

interface Bounds {
  /** `undefined`: none, for what waits for a person. */
  readonly limit: Deadline | undefined
  /** Aborted when the operator interrupts. */
  readonly interruption: AbortSignal
}

interface Work<End, Signal = AbortSignal> extends Bounds {
  /** Begins. Its signal is aborted when it is cut off, and when the attempt is over. */
  readonly begin: (signal: Signal) => Promise<End>
  /** What it comes to when it throws. */
  readonly thrown: (error: unknown) => End
  /** Why it was cut off at its limit. */
  readonly silence: string
  /** Called with what it waits for before it may ask an address. */
  readonly onWaiting?: TurnListener | undefined
  /** Milliseconds to release everything after it was cut off: children are killed after the first 500. */
  readonly grace: number
}

/** What cut work off before it had ended. After a stray error, thrown where nothing catches it, it may never end. */
export interface Cut {
  readonly by: 'limit' | 'interruption' | 'stray'
  readonly why: string
}

/** How work ended; or what cut it off, and how it ended then: `undefined` when it did not end within its grace. */
type Attempt<End> = { readonly end: End } | { readonly cut: Cut; readonly late: Promise<End | undefined> }

/** The abort reason once work has ended and nothing waits for it: one for all spares each its own stack. */
const attemptIsOver = new Error('the attempt has ended')

/**
 * Does some work once, within its time limit. Whatever the work does (throw, also where nothing catches it, never
 * settle, ignore its signal), this settles on time, `late` at most its grace later, and neither rejects.
 */
export function attempt<End>(work: Work<End>): Promise<Attempt<End>> {
  return attemptLate({ ...work, begin: ({ signal }) => work.begin(signal) })
}

/** The same for work that may not need its signal. */
export function attemptLate<End>(work: Work<End, LateSignal>): Promise<Attempt<End>> {
  return new Promise((resolve) => {
    const signal = new LateSignal()
    let isOver = false
    const cutOff = (cut: Cut): void => {
      if (isOver) return
      isOver = true
      bounds.release()
      signal.abort(new Error(cut.why))
      resolve({ cut, late: settledWithin(working, { milliseconds: work.grace }) })
    }
    const bounds = new LateBounds(work, () => cutOff(cutByBound(work)))
    const working = Promise.resolve()
      .then(() =>
        owningStrays(
          (error) => cutOff({ by: 'stray', why: describeThrown(error) }),
          () => begin(work, signal),
        ),
      )
      .catch(work.thrown)
    void working.then((end) => {
      if (isOver) return
      isOver = true
      bounds.release()
      signal.abort(attemptIsOver)
      resolve({ end })
    })
  })
}

function begin<End, Signal>({ begin: start, limit, onWaiting }: Work<End, Signal>, signal: Signal): Promise<End> {
  return limit === undefined ? start(signal) : limitedBy(limit, onWaiting, () => start(signal))
}

function cutByBound({ interruption, silence }: Work<unknown, never>): Cut {
  return interruption.aborted ? { by: 'interruption', why: 'it was interrupted' } : { by: 'limit', why: silence }
}

/** Milliseconds between two looks at a limit that stands still. */
const leastPause = 20

/**
 * A timer and a listener, which are set only where work is still going on once all that could go on at once has: until
 * then neither could have come before the end of the work.
 */
class LateBounds {
  /** Those that are set next. */
  static #unset = new Set<LateBounds>()
  readonly #withOwner = ownershipOf()
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly bounds: Bounds,
    private readonly reached: () => void,
  ) {
    if (LateBounds.#unset.size === 0) process.nextTick(LateBounds.#setAll)
    LateBounds.#unset.add(this)
  }

  static #setAll = (): void => {
    const all = LateBounds.#unset
    LateBounds.#unset = new Set()
    for (const each of all) each.#withOwner(() => each.#set())
  }

  /** The limit moves on while the work waits for its turn. */
  #onTimer = (): void => {
    const { limit } = this.bounds
    if (limit === undefined || limit.held() === 0 || limit.remaining() < 1) this.reached()
    else {
      // One that moves is due exactly then: a driver that has the same limit must not be the first to say so.
      const pause = limit.isHeld ? Math.max(limit.limit(), leastPause) : limit.remaining()
      this.#timer = setTimeout(this.#onTimer, Math.min(pause, longestTimer))
    }
  }

  #set(): void {
    const { limit, interruption } = this.bounds
    if (interruption.aborted) {
      this.reached()
      return
    }
    if (limit !== undefined) this.#timer = setTimeout(this.#onTimer, Math.min(limit.limit(), longestTimer))
    interruption.addEventListener('abort', this.reached, { once: true })
  }

  release(): void {
    if (LateBounds.#unset.delete(this)) return
    clearTimeout(this.#timer)
    this.bounds.interruption.removeEventListener('abort', this.reached)
  }
}
