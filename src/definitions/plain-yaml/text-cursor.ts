import type { Position } from '../../base/position.js'

/** The text goes beyond the subset that is read here, or is wrong: the library reads it, and says what is wrong. */
export class BeyondSubset extends Error {
  override readonly name = 'BeyondSubset'
}

/** One for all, since making a stack costs more than reading the file. */
const beyond = new BeyondSubset('the text is beyond the subset of YAML that is read directly')

export function leaveToLibrary(): never {
  throw beyond
}

export const characters = { lineEnd: 10, space: 32, hash: 35, hyphen: 45, colon: 58 } as const

/** A place in a text that is read line by line. */
export class TextCursor {
  /** Offset of the next character. */
  at = 0
  #line = 1
  #lineStart = 0
  /** Whether the last step to a line with content passed over empty lines or comments. */
  hasSkipped = false

  constructor(
    readonly text: string,
    readonly file: string,
  ) {}

  /** Columns from the start of the line. */
  get indent(): number {
    return this.at - this.#lineStart
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length
  }

  /** The character here; NaN at the end. */
  get character(): number {
    return this.text.charCodeAt(this.at)
  }

  get position(): Position {
    return { file: this.file, line: this.#line, column: this.at - this.#lineStart + 1 }
  }

  /** Whether the line, or the text, ends here. */
  isAtLineEnd(): boolean {
    return this.character === characters.lineEnd || this.isAtEnd()
  }

  skipSpaces(): void {
    while (this.character === characters.space) this.at += 1
  }

  /** Where the line ends. */
  get lineEnd(): number {
    const end = this.text.indexOf('\n', this.at)
    return end === -1 ? this.text.length : end
  }

  /** Goes to the start of the next line, or to the end of the text. */
  nextLine(): void {
    const end = this.lineEnd
    this.at = Math.min(end + 1, this.text.length)
    if (end === this.text.length) return
    this.#line += 1
    this.#lineStart = this.at
  }

  /** Goes past what a line may have after a value: spaces and a comment; anything else is left to the library. */
  endLine(): void {
    const start = this.at
    this.skipSpaces()
    if (this.isAtLineEnd()) return
    if (this.character !== characters.hash || this.at === start) leaveToLibrary()
    this.at = this.lineEnd
  }

  /** Goes from the end of a line to the first character of the next line that has content. */
  nextContent(): void {
    this.hasSkipped = false
    this.nextLine()
    this.skipEmptyLines()
  }

  /** From the start of a line to the first character of content. */
  skipEmptyLines(): void {
    for (; ; this.nextLine()) {
      this.skipSpaces()
      if (this.isAtEnd() || (this.character !== characters.lineEnd && this.character !== characters.hash)) return
      this.hasSkipped = true
    }
  }
}
