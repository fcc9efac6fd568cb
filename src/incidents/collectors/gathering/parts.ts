import { messageOf } from '../../../base/errors.js'
import type { GatheredEvidence } from '../../../engine/collector.js'
import { untilAborted } from '../../../base/time/waiting.js'

/**
 * Gathers in parts. One that is refused or lost is named with the reason, and the others are kept: a server that denies
 * CONFIG still gives its memory, and of one that falls silent the earlier answers remain.
 */
export class Parts {
  readonly #found: Record<string, unknown> = {}
  readonly #missing: Record<string, string> = {}
  #firstError: { readonly thrown: unknown } | undefined

  constructor(private readonly signal: AbortSignal) {}

  /** Asks for one part, no longer than until the signal. Never rejects. */
  async take(name: string, ask: () => Promise<unknown>): Promise<void> {
    try {
      if (this.signal.aborted) throw new Error('not gathered: the time limit had passed')
      this.#found[name] = await untilAborted(this.signal, ask())
    } catch (error) {
      this.#firstError ??= { thrown: error }
      this.#missing[name] = messageOf(error)
    }
  }

  /**
   * All that was found, after what is known already, and why the rest is missing.
   *
   * @throws the first error when nothing was found
   */
  gathered(known: Readonly<Record<string, unknown>>): GatheredEvidence {
    if (Object.keys(this.#found).length === 0 && this.#firstError !== undefined) throw this.#firstError.thrown
    return { form: 'json', value: { ...known, ...this.#found, missing: this.#missing } }
  }
}
