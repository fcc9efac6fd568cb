/** How often one client may ask within a time. Aegis: ten requests in 60 s, over all paths. */
export interface LimitSettings {
  readonly requests: number
  readonly windowMs: number
}

/** The limit of Aegis in production and staging. Its nominal 60 in a minute never come true: the burst is 10. */
export const productionLimit: LimitSettings = { requests: 10, windowMs: 60_000 }

/** Counts the requests of each client. */
export class RequestLimit {
  readonly #settings: LimitSettings
  readonly #times = new Map<string, number[]>()

  constructor(settings: LimitSettings) {
    this.#settings = settings
  }

  /** Whether this request is still allowed; one that is not does not count. */
  allows(client: string, now = Date.now()): boolean {
    const recent = (this.#times.get(client) ?? []).filter((time) => now - time < this.#settings.windowMs)
    const isAllowed = recent.length < this.#settings.requests
    this.#times.set(client, isAllowed ? [...recent, now] : recent)
    return isAllowed
  }

  forget(): void {
    this.#times.clear()
  }
}
