import { displayWidth } from '../../base/text/terminal-text.js'
import { fitLine } from '../../base/text/fit-to-screen.js'

const escape = '\u001B['

const clearLine = `${escape}K`

const clearBelow = `${escape}J`

const hideCursor = `${escape}?25l`

const showCursor = `${escape}?25h`

/** Without wrapping, a line whose width the terminal sees otherwise than we do cannot push the window out of place. */
const wrapOff = `${escape}?7l`

const wrapOn = `${escape}?7h`

/** A window at the bottom of a terminal that is drawn over again, with lines above it that stay. */
export class Screen {
  readonly #stream: NodeJS.WriteStream
  #isOpen = false
  #isLent = false
  #isBroken = false
  #height = 0
  #last = ''
  readonly #giveBack = (): void => this.close()
  // A terminal that is gone is not a reason to end the run.
  readonly #breakOff = (): void => void (this.#isBroken = true)

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  get size(): { readonly rows: number; readonly columns: number } {
    return { rows: this.#stream.rows || 24, columns: this.#stream.columns || 80 }
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /**
   * Takes the terminal; it is given back at `close`, or when the process exits before that. A window is drawn anew
   * below what is there. While it is lent it stays with whom it is lent to.
   */
  open(): void {
    if (this.#isOpen || this.#isLent) return
    this.#isOpen = true
    this.#height = 0
    this.#last = ''
    this.#stream.on('error', this.#breakOff)
    process.once('exit', this.#giveBack)
    this.#write(hideCursor + wrapOff)
  }

  /** Whether the terminal has taken in what was drawn so far; drawing more would only pile up in memory. */
  get isKeepingUp(): boolean {
    return !this.#stream.writableNeedDrain
  }

  /** Puts lines above the window permanently, broken between words, and draws the window anew. */
  draw(permanent: readonly string[], frame: readonly string[]): void {
    if (!this.#isOpen) return
    const window = frame.map((line) => `${line}${clearLine}\n`).join('')
    if (permanent.length === 0 && window === this.#last) return
    const above = permanent.flatMap((line) => fitLine(line, this.size.columns)).map((row) => this.#permanentRow(row))
    const home = this.#height === 0 ? '\r' : `\r${escape}${this.#height}A`
    const lasting = above.length === 0 ? '' : wrapOn + above.join('') + wrapOff
    this.#write(home + lasting + window + this.#clearingBelow(above.length + frame.length))
    this.#height = frame.length
    this.#last = window
  }

  /** A row that fills its last column is cleared before it: a terminal would clear its last character after it. */
  #permanentRow(row: string): string {
    const isFull = displayWidth(row) % this.size.columns === 0
    return `${clearLine}${row}${isFull ? '' : clearLine}\n`
  }

  /**
   * Clears what is left below the rows that were drawn. Never from the top left corner of the screen: tmux takes that
   * for a screen that was cleared, and keeps it among the lines that scrolled away.
   */
  #clearingBelow(drawn: number): string {
    if (drawn > 0) return clearBelow
    return this.#height === 0 ? '' : `${clearLine}\n${clearBelow}${escape}1A`
  }

  /**
   * Hides the window and leaves the terminal to others until `resume`; lines that come up meanwhile must wait. Lines
   * that came up before the first frame are written too.
   */
  suspend(permanent: readonly string[]): void {
    this.open()
    this.draw(permanent, [])
    this.close()
    this.#isLent = true
  }

  /** Takes the terminal again after `suspend`. */
  resume(): void {
    if (!this.#isLent) return
    this.#isLent = false
    this.open()
  }

  /** Gives the terminal back, the window standing as it was drawn last. */
  close(): void {
    if (!this.#isOpen) return
    this.#write(wrapOn + showCursor)
    this.#isOpen = false
    process.off('exit', this.#giveBack)
    this.#stream.off('error', this.#breakOff)
  }

  #write(text: string): void {
    if (!this.#isBroken) this.#stream.write(text)
  }
}

const shapes = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

const step = 100

/** The spinner at a moment, in milliseconds. */
export function spinnerAt(now: number): string {
  return shapes[Math.floor(now / step) % shapes.length] ?? ''
}
