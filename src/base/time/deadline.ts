/** A moment after which there is no more time, on the monotonic clock, so that a clock set back changes nothing. */
export class Deadline {
  readonly #at: number

  private constructor(at: number) {
    this.#at = at
  }

  /** @param milliseconds from now */
  static after(milliseconds: number): Deadline {
    return new Deadline(performance.now() + milliseconds)
  }

  /** Milliseconds left; never below 0. */
  remaining(): number {
    return Math.max(0, this.#at - performance.now())
  }

  /** Whole milliseconds left, at least 1: what a driver's own time limit is set to (most read 0 as "no limit"). */
  limit(): number {
    return Math.max(1, Math.ceil(this.remaining()))
  }

  /** The earlier of this deadline and one `milliseconds` from now. */
  within(milliseconds: number): Deadline {
    return new Deadline(Math.min(this.#at, performance.now() + milliseconds))
  }
}
