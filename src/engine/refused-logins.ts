import { inputAsked } from './shared-attempts.js'
import type { ProbeAttemptRequest, ProbeResult } from './probe-attempt.js'

/**
 * The answers to refused logins, by what was asked, credentials included: the same is not asked again by itself. With
 * other credentials it is. Held in memory only.
 */
export class RefusedLogins {
  readonly #answers = new Map<string, ProbeResult>()

  get(request: ProbeAttemptRequest): ProbeResult | undefined {
    if (this.#answers.size === 0) return undefined
    const asked = inputAsked(request)
    return asked === undefined ? undefined : this.#answers.get(asked)
  }

  add(request: ProbeAttemptRequest, answer: ProbeResult): void {
    const asked = inputAsked(request)
    if (asked !== undefined) this.#answers.set(asked, answer)
  }
}
