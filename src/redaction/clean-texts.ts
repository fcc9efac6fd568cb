/** UTF-16 units of the longest text that is remembered. Longer ones rarely come again. */
const longest = 128

/** Texts at most: half a megabyte if all of them are as long as can be. */
const most = 2048

/**
 * Short texts in which nothing was masked, so that the same name, word or empty text is not looked through a hundred
 * thousand times. It holds what may be shown only: never a text of which anything was masked.
 */
export class CleanTexts {
  readonly #texts = new Set<string>()

  has(text: string): boolean {
    return text.length <= longest && this.#texts.has(text)
  }

  /** @param text that came out of the redactor as it went in */
  add(text: string): void {
    if (text.length > longest) return
    if (this.#texts.size >= most) this.#texts.clear()
    this.#texts.add(text)
  }
}
