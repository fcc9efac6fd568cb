/**
 * Tells a view what happens. One that breaks must not change how a run ends: it is not called again, and the reason is
 * kept.
 */
export class GuardedView {
  #failure: unknown

  /** What the view threw; `undefined` while it works. */
  get failure(): unknown {
    return this.#failure
  }

  tell(view: () => void): void {
    if (this.#failure !== undefined) return
    try {
      view()
    } catch (thrown) {
      this.#failure = thrown ?? new Error('the view threw nothing')
    }
  }
}
