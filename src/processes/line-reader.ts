import { StringDecoder } from 'node:string_decoder'
import { stripVTControlCharacters } from 'node:util'

/**
 * Longer lines are told of and not shown: a bound on what a stream without line ends can make us hold. In characters.
 */
const longestLine = 4096

/**
 * Cuts a stream into lines as they come, without colours. A carriage return ends a line too: progress bars use it so.
 */
export class LineReader {
  readonly #decoder = new StringDecoder('utf8')
  #pending = ''
  #dropped = 0

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Buffer): void {
    const pieces = this.#decoder.write(chunk).split(/\r\n|\n|\r/)
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) this.#emit()
      this.#pending += piece
      if (this.#pending.length > longestLine) {
        this.#dropped += this.#pending.length
        this.#pending = ''
      }
    }
  }

  /** Hands on a last line that no line end followed. */
  end(): void {
    this.#pending += this.#decoder.end()
    if (this.#pending !== '' || this.#dropped > 0) this.#emit()
  }

  #emit(): void {
    const line =
      this.#dropped === 0
        ? stripVTControlCharacters(this.#pending)
        : `… a line of ${this.#dropped + this.#pending.length} characters left out …`
    this.#pending = ''
    this.#dropped = 0
    this.onLine(line)
  }
}
