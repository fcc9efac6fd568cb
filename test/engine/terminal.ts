import { Writable } from 'node:stream'

/**
 * A terminal that understands what the view writes, and refuses everything else: what it shows is what a person would
 * see.
 */
export class Terminal extends Writable {
  readonly isTTY = true
  readonly lines: string[] = ['']
  isCursorShown = true
  isWrapping = true
  writes = 0
  /** Rows that the terminal ended within a word that could have gone to the next one. */
  readonly brokenRows: string[] = []
  /** Everything that was written, raw. */
  raw = ''
  #row = 0
  #column = 0

  constructor(
    public columns = 80,
    public rows = 24,
  ) {
    super({ decodeStrings: false })
  }

  /** As the view wants it. The rest of a `WriteStream` is not used. */
  get stream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream
  }

  get text(): string {
    return this.lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd()
  }

  /** Whether the cursor is on the last row that has text. */
  get isCursorLast(): boolean {
    return this.#row >= this.lines.findLastIndex((line) => line.trim() !== '')
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.writes += 1
    this.raw += String(chunk)
    for (const [token] of String(chunk).matchAll(/\u001B\[\??[\d;]*[A-Za-z]|[\s\S]/gu)) this.#take(token)
    done()
  }

  #take(token: string): void {
    if (token === '\n') this.#lineFeed()
    else if (token === '\r') this.#column = 0
    else if (token.startsWith('\u001B[')) this.#control(token.slice(2))
    else if (token < ' ') throw new Error(`control character ${token.charCodeAt(0)}`)
    else this.#put(token)
  }

  #control(sequence: string): void {
    const up = /^(\d+)A$/.exec(sequence)
    if (up !== null) {
      this.#row -= Number(up[1])
      if (this.#row < this.#top) throw new Error('the cursor left the screen')
    } else if (sequence === 'K') this.#clearLine()
    else if (sequence === 'J') {
      if (this.#column === 0 && this.#row === this.#top) throw new Error('tmux keeps a copy of a cleared screen')
      this.#clearLine()
      this.lines.length = this.#row + 1
    } else if (/^\d*G$/.test(sequence)) this.#column = Number(sequence.slice(0, -1) || '1') - 1
    else if (/^\d*D$/.test(sequence)) this.#column = Math.max(0, this.#column - Number(sequence.slice(0, -1) || '1'))
    else if (/^\d*C$/.test(sequence)) this.#column += Number(sequence.slice(0, -1) || '1')
    else if (/^\d*B$/.test(sequence))
      this.#row = Math.min(this.lines.length - 1, this.#row + Number(sequence.slice(0, -1) || '1'))
    else if (sequence === '2K') this.lines[this.#row] = ''
    else if (sequence === '?25l' || sequence === '?25h') this.isCursorShown = sequence.endsWith('h')
    else if (sequence === '?7l' || sequence === '?7h') this.isWrapping = sequence.endsWith('h')
    else if (!/^[\d;]*m$/.test(sequence)) throw new Error(`unknown sequence ${sequence}`)
  }

  /** After a character in the last column the cursor is still on it: clearing takes it away. */
  #clearLine(): void {
    this.lines[this.#row] = this.#line.slice(0, Math.min(this.#column, this.columns - 1))
  }

  #put(character: string): void {
    if (this.#column >= this.columns) {
      if (this.isWrapping) this.#wrap(character)
      else this.#column = this.columns - 1
    }
    const line = [...this.#line.padEnd(this.#column)]
    line[this.#column] = character
    this.lines[this.#row] = line.join('')
    this.#column += 1
  }

  #wrap(next: string): void {
    if (next !== ' ' && /\S +\S+$/.test(this.#line)) this.brokenRows.push(this.#line)
    this.#lineFeed()
  }

  #lineFeed(): void {
    this.#row += 1
    this.#column = 0
    this.lines[this.#row] ??= ''
  }

  /** The first row of the screen: what is above it has scrolled away. */
  get #top(): number {
    return Math.max(0, this.lines.length - this.rows)
  }

  get #line(): string {
    return this.lines[this.#row] ?? ''
  }
}
