/** How many checks may run at a time, some of them only alone. */
export class Slots {
  readonly #limit: number
  #taken = 0
  #isHeldAlone = false

  constructor(limit: number) {
    this.#limit = limit
  }

  get taken(): number {
    return this.#taken
  }

  /** Takes a slot if there is one. */
  take(isAlone: boolean): boolean {
    if (this.#isHeldAlone || this.#taken >= this.#limit || (isAlone && this.#taken > 0)) return false
    this.#taken += 1
    this.#isHeldAlone = isAlone
    return true
  }

  give(): void {
    this.#taken -= 1
    this.#isHeldAlone = false
  }
}
