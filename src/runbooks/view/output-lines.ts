import { neutralise } from '../../base/text/terminal-text.js'

const keyBegins = /-----BEGIN [A-Z0-9 ]{0,60}-----/
const keyEnds = /-----END [A-Z0-9 ]{0,60}-----/
/** Characters of a line, or lines of a key, after which no end is waited for any more. */
const longestLine = 16_384
const mostHeld = 200

/**
 * Output of a step in whole lines, redacted and safe for a terminal, however it was cut into pieces: half a line could
 * end within a secret, and a line from the middle of a key does not look like one.
 */
export class OutputLines {
  readonly #redact: (text: string) => string
  #rest = ''
  /** Lines of a key whose end has not come yet. */
  #held: string[] = []

  constructor(redact: (text: string) => string) {
    this.#redact = redact
  }

  push(text: string): readonly string[] {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > longestLine) lines.push(this.#rest.slice(0, longestLine), (this.#rest = ''))
    return lines.flatMap((line) => this.#take(line))
  }

  /** What is left when there is no more to come. */
  end(): readonly string[] {
    const last = this.#rest === '' ? [] : this.#take(this.#rest)
    this.#rest = ''
    return [...last, ...this.#release()]
  }

  #take(line: string): readonly string[] {
    if (this.#held.length === 0 && !keyBegins.test(line)) return this.#shown(line)
    this.#held.push(line)
    return keyEnds.test(line) || this.#held.length >= mostHeld ? this.#release() : []
  }

  #release(): readonly string[] {
    const text = this.#held.join('\n')
    this.#held = []
    return this.#shown(text)
  }

  #shown(text: string): readonly string[] {
    if (text.trim() === '') return []
    return this.#redact(text)
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => neutralise(line.replace(/\r+$/, '').replaceAll('\t', '  ')))
  }
}
