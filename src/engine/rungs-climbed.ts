/** How far an attempt came on its probe's ladder. */
export class Climb {
  readonly #rungs: readonly string[]
  readonly #bypassed = new Set<string>()
  #deepest: string | undefined

  /** @param rungs the probe's rungs from the first to the last; none for a probe that is no ladder */
  constructor(rungs: readonly string[] | undefined) {
    this.#rungs = rungs ?? []
  }

  reach(rung: string): void {
    if (this.#deepest === undefined || this.#rungs.indexOf(rung) >= this.#rungs.indexOf(this.#deepest))
      this.#deepest = rung
  }

  /** This way up has no such rung: the address asks for no TLS. */
  bypass(rung: string): void {
    this.#bypassed.add(rung)
  }

  /** The message with the place where the climb ended: `…; reached: connect, next: hello`. */
  explain(message: string): string {
    if (this.#deepest === undefined)
      return this.#rungs.length === 0 ? message : `${message}; reached: nothing, next: ${this.#rungs[0]}`
    const position = this.#rungs.indexOf(this.#deepest)
    const next = position === -1 ? undefined : this.#rungs.slice(position + 1).find((rung) => !this.#bypassed.has(rung))
    return `${message}; reached: ${this.#deepest}${next === undefined ? '' : `, next: ${next}`}`
  }
}
