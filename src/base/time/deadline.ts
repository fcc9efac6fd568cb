/**
 * A moment after which there is no more time, on the monotonic clock, so that a clock set back changes nothing. It can
 * be held, and then moves on by as long as it was; one that it lies within does not.
 */
export class Deadline {
  #at: number
  #holds = 0
  #heldSince = 0
  #heldBefore = 0

  private constructor(
    at: number,
    private readonly outer?: Deadline,
  ) {
    this.#at = at
  }

  /** @param milliseconds from now */
  static after(milliseconds: number): Deadline {
    return new Deadline(performance.now() + milliseconds)
  }

  /** Milliseconds left; never below 0. */
  remaining(): number {
    const own = this.#at - (this.#holds === 0 ? performance.now() : this.#heldSince)
    return Math.max(0, Math.min(own, this.outer?.remaining() ?? own))
  }

  /** Whole milliseconds left, at least 1: what a driver's own time limit is set to (most read 0 as "no limit"). */
  limit(): number {
    return Math.max(1, Math.ceil(this.remaining()))
  }

  /** The earlier of this deadline and one `milliseconds` from now. */
  within(milliseconds: number): Deadline {
    return new Deadline(performance.now() + milliseconds, this)
  }

  /** Stops its clock, until all who held it have let go. @returns what lets go, once */
  hold(): () => void {
    if (this.#holds === 0) this.#heldSince = performance.now()
    this.#holds += 1
    let isLetGo = false
    return () => {
      if (isLetGo) return
      isLetGo = true
      this.#holds -= 1
      if (this.#holds > 0) return
      const held = performance.now() - this.#heldSince
      this.#heldBefore += held
      this.#at += held
    }
  }

  /** Whether its clock stands still. */
  get isHeld(): boolean {
    return this.#holds > 0
  }

  /** Milliseconds for which it was held so far. */
  held(): number {
    return this.#heldBefore + (this.#holds === 0 ? 0 : performance.now() - this.#heldSince)
  }
}

/** The longest a Node timer can wait, in milliseconds: anything above fires at once. */
export const longestTimer = 2 ** 31 - 1

interface Deferred<Value> {
  readonly promise: Promise<Value>
  resolve(value: Value): void
}

/** A promise that somebody else resolves. Node 20 has no `Promise.withResolvers`. */
export function deferred<Value>(): Deferred<Value> {
  let resolve!: (value: Value) => void
  const promise = new Promise<Value>((settle) => (resolve = settle))
  return { promise, resolve }
}

/** A signal that is aborted with either of two. */
interface EitherSignal {
  readonly signal: AbortSignal
  /** Releases both. */
  dispose(): void
}

/**
 * Not `AbortSignal.any`: in Node 20 it holds its sources so loosely that one without another reference (a time-out)
 * never fires once garbage was collected (measured on 20.20.2).
 */
export function eitherOf(first: AbortSignal, second: AbortSignal): EitherSignal {
  const controller = new AbortController()
  const sources = [first, second]
  const abort = (): void => controller.abort(sources.find((source) => source.aborted)?.reason)
  for (const source of sources) source.addEventListener('abort', abort, { once: true })
  if (sources.some((source) => source.aborted)) abort()
  return {
    signal: controller.signal,
    dispose: () => {
      for (const source of sources) source.removeEventListener('abort', abort)
    },
  }
}

/** A signal that is aborted with another, at the latest after so many milliseconds. Disposing stops the clock. */
export function signalWithin(signal: AbortSignal, milliseconds: number): EitherSignal {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), Math.min(milliseconds, longestTimer))
  const either = eitherOf(signal, limit.signal)
  return {
    signal: either.signal,
    dispose: () => {
      clearTimeout(timer)
      either.dispose()
    },
  }
}
