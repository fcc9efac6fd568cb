/** Labels of a sample that are kept: a page with more must not fill the memory. */
export const mostLabels = 64

/** A label's name, and its value as the page has it, escapes included. */
type WrittenLabel = readonly [name: string, escaped: string]

/** One sample of the Prometheus text format: a name, labels, a number. */
export interface Sample {
  readonly name: string
  /** Where they are kept, at most one more than `mostLabels`; all labels are checked. */
  readonly labels: readonly WrittenLabel[]
  /** NaN and the infinities are numbers here. */
  readonly value: number
}

/** What the first character of something may be, and every further one. */
interface Characters {
  readonly first: RegExp
  readonly further: RegExp
}

const metricName: Characters = { first: /[a-zA-Z_:]/, further: /[a-zA-Z0-9_:]/ }

const labelName: Characters = { first: /[a-zA-Z_]/, further: /[a-zA-Z0-9_]/ }

const word: Characters = { first: /[^ \t]/, further: /[^ \t]/ }

const blanks: Characters = { first: /[ \t]/, further: /[ \t]/ }

/** Characters of a number: Go prints none with more. */
const longestNumber = 400

/** What Go's ParseFloat takes, hexadecimal left aside. */
const float = /^[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)$/

const infinite = /^([+-]?)inf(?:inity)?$/i

const timestamp = /^-?\d{1,19}$/

function numberOf(text: string): number | undefined {
  if (text.length > longestNumber) return undefined
  if (float.test(text)) return Number(text)
  if (/^nan$/i.test(text)) return Number.NaN
  const infinity = infinite.exec(text)
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return undefined
}

/** Reads a line from left to right, every character once. */
class LineReader {
  #at = 0
  constructor(private readonly line: string) {}

  /** Character by character: a pattern over a million of them is more than the host's engine has room for. */
  take({ first, further }: Characters): string | undefined {
    const start = this.#at
    while (this.#at < this.line.length && (this.#at === start ? first : further).test(this.line[this.#at]!))
      this.#at += 1
    return this.#at === start ? undefined : this.line.slice(start, this.#at)
  }

  takeCharacter(character: string): boolean {
    if (this.line[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  /** Takes a value between quotes; a quote, a backslash and a line feed are escaped, and stay so. */
  takeQuoted(): string | undefined {
    const start = this.#at + 1
    if (this.line[this.#at] !== '"') return undefined
    for (let at = start; at < this.line.length; at += 1) {
      const character = this.line[at]
      if (character === '"') {
        this.#at = at + 1
        return this.line.slice(start, at)
      }
      if (character !== '\\') continue
      at += 1
      if (!['"', '\\', 'n'].includes(this.line[at] ?? '')) return undefined
    }
    return undefined
  }

  get isDone(): boolean {
    return this.#at >= this.line.length
  }
}

/** Takes the labels, if there are any. */
function takeLabels(reader: LineReader, keep: (label: WrittenLabel) => void): boolean {
  if (!reader.takeCharacter('{')) return true
  for (;;) {
    reader.take(blanks)
    if (reader.takeCharacter('}')) return true
    const name = reader.take(labelName)
    if (name === undefined) return false
    reader.take(blanks)
    if (!reader.takeCharacter('=')) return false
    reader.take(blanks)
    const escaped = reader.takeQuoted()
    if (escaped === undefined) return false
    keep([name, escaped])
    reader.take(blanks)
    if (reader.takeCharacter('}')) return true
    if (!reader.takeCharacter(',')) return false
  }
}

/**
 * Reads a sample line.
 *
 * @param line without its line feed
 * @param keepsLabels whether the labels of this name are wanted
 * @returns `undefined` when it breaks the format
 */
export function readSample(line: string, keepsLabels: (name: string) => boolean): Sample | undefined {
  const reader = new LineReader(line)
  reader.take(blanks)
  const name = reader.take(metricName)
  if (name === undefined) return undefined
  reader.take(blanks)
  const labels: WrittenLabel[] = []
  const isKept = keepsLabels(name)
  const areGood = takeLabels(reader, (label) => {
    if (isKept && labels.length <= mostLabels) labels.push(label)
  })
  if (!areGood) return undefined
  reader.take(blanks)
  const value = numberOf(reader.take(word) ?? '')
  reader.take(blanks)
  const time = reader.take(word)
  reader.take(blanks)
  if (value === undefined || !reader.isDone || (time !== undefined && !timestamp.test(time))) return undefined
  return { name, labels, value }
}
