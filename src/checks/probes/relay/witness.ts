/** A message that is looked for on a channel. */
export interface Sought {
  readonly label: string
  readonly bytes: Uint8Array
  /** Bytes by which it is known again when it was changed on the way. */
  readonly mark: Buffer | undefined
}

/** Watches a channel for known messages. It keeps nothing of what it sees, so that a flood costs no memory. */
export class Witness {
  readonly #sought: Sought[] = []
  readonly #seen = new Set<string>()
  readonly #unchanged = new Set<string>()
  readonly #waiting = new Set<() => void>()
  #failure: unknown

  /** From now on looks for this message, too. */
  seek(sought: Sought): void {
    this.#sought.push(sought)
  }

  /** Takes note of a message of the channel. */
  observe(message: Uint8Array): void {
    const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
    for (const { label, bytes: expected, mark } of this.#sought) {
      const isSame = bytes.equals(expected)
      if (isSame) this.#unchanged.add(label)
      if (isSame || (mark !== undefined && bytes.includes(mark))) this.#seen.add(label)
    }
    this.#wake()
  }

  /** The channel ended: stop waiting. */
  end(reason: unknown): void {
    this.#failure ??= reason
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
  }

  /** Why the channel ended; `undefined` while it is open. */
  get failure(): unknown {
    return this.#failure
  }

  /** Whether the message came, changed or not. */
  saw(label: string): boolean {
    return this.#seen.has(label)
  }

  /** Whether the message came byte for byte. */
  sawUnchanged(label: string): boolean {
    return this.#unchanged.has(label)
  }

  /**
   * Waits until the message has come, the channel has ended, or the time is up.
   *
   * @param limit milliseconds
   */
  async wait(label: string, limit: number, signal: AbortSignal): Promise<void> {
    if (this.saw(label) || this.#failure !== undefined || signal.aborted) return
    await new Promise<void>((fulfil) => {
      const settle = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(check)
        signal.removeEventListener('abort', settle)
        fulfil()
      }
      const check = (): void => {
        if (this.saw(label) || this.#failure !== undefined) settle()
      }
      const timer = setTimeout(settle, limit)
      this.#waiting.add(check)
      signal.addEventListener('abort', settle, { once: true })
    })
  }
}
