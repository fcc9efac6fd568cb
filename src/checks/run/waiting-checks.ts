import { NumberHeap } from '../../base/number-heap.js'
import type { PlannedCheck } from '../plan/plan.js'

interface Entry {
  readonly check: PlannedCheck
  /** Needs without an outcome, each as often as it is listed. */
  missing: number
  isWaiting: boolean
}

/**
 * The checks of a plan that have neither started nor ended, and which of them can go on. Each is looked at when the
 * last of its needs has ended, however many others wait.
 */
export class WaitingChecks {
  /** In the order of the plan; a check's index is its place. */
  readonly #entries: readonly Entry[]
  readonly #placeOf: ReadonlyMap<string, number>
  /** The places of the checks that need a check, by its id. */
  readonly #dependents = new Map<string, number[]>()
  readonly #ended = new Set<string>()
  /** Places to look at, in `pass * number of checks + place`: by pass, then in the order of the plan. */
  readonly #news = new NumberHeap()
  /** Places of checks that may start. */
  readonly #ready = new NumberHeap()
  #pass = 0
  /** The place that the pass is at. */
  #at = -1

  constructor(checks: readonly PlannedCheck[]) {
    this.#entries = checks.map((check) => ({ check, missing: check.needs.length, isWaiting: true }))
    this.#placeOf = new Map(checks.map(({ definition }, place) => [definition.id, place]))
    for (const [place, { needs }] of checks.entries()) {
      for (const need of needs) {
        const dependents = this.#dependents.get(need)
        if (dependents === undefined) this.#dependents.set(need, [place])
        else dependents.push(place)
      }
      if (needs.length === 0) this.#news.add(place)
    }
  }

  /** Notes that a check has an outcome: it does not wait any more, and neither do others for it. */
  end(id: string): void {
    const place = this.#placeOf.get(id)
    if (place !== undefined) this.#entries[place]!.isWaiting = false
    const isFirst = !this.#ended.has(id)
    this.#ended.add(id)
    for (const dependent of this.#dependents.get(id) ?? []) {
      const entry = this.#entries[dependent]!
      if (isFirst) entry.missing -= 1
      if (entry.missing === 0 && entry.isWaiting) this.#addNews(dependent)
    }
  }

  /** What is ahead is looked at in the same pass, what is behind in the next. */
  #addNews(place: number): void {
    const pass = place > this.#at ? this.#pass : this.#pass + 1
    this.#news.add(pass * this.#entries.length + place)
  }

  /**
   * Goes once through the plan, and looks at the checks whose needs have all ended since the last time.
   *
   * @param settle ends a check that must not run; it may start where this returns false
   */
  pass(settle: (check: PlannedCheck) => boolean): void {
    const count = this.#entries.length
    const end = (this.#pass + 1) * count
    while ((this.#news.first ?? end) < end) {
      this.#at = this.#news.take()! % count
      const { check, isWaiting } = this.#entries[this.#at]!
      if (isWaiting && !settle(check)) this.#ready.add(this.#at)
    }
    this.#pass += 1
    this.#at = -1
  }

  /** The first check of the plan that may start; it waits until `start`. */
  get firstReady(): PlannedCheck | undefined {
    for (let place = this.#ready.first; place !== undefined; place = this.#ready.first) {
      const { check, isWaiting } = this.#entries[place]!
      if (isWaiting) return check
      this.#ready.take()
    }
    return undefined
  }

  /** Notes that the first check that may start does. */
  start(): void {
    const place = this.#ready.take()
    if (place !== undefined) this.#entries[place]!.isWaiting = false
  }

  /** All that wait, in the order of the plan. They wait no longer. */
  takeAll(): readonly PlannedCheck[] {
    const waiting = this.#entries.filter(({ isWaiting }) => isWaiting)
    for (const entry of waiting) entry.isWaiting = false
    return waiting.map(({ check }) => check)
  }
}
