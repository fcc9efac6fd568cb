/** A page of metrics, read. */
interface Exposition {
  /** The number of the first line that breaks the format, from 1; 0 when none does. */
  readonly problemLine: number
  readonly samples: number
  /** Per name, in the order of the page, the sum of its finite samples over all labels. */
  readonly sums: ReadonlyMap<string, number>
  /** Names with a sample (or a sum) that is NaN or infinite. */
  readonly nonFinite: ReadonlySet<string>
}

const metadata = /^#[ \t]+(HELP|TYPE)[ \t]+([a-zA-Z_:][a-zA-Z0-9_:]*)(?:[ \t]+(.*))?$/

const types = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped'])

/**
 * Whether a comment line is a good one: HELP and TYPE have a form, TYPE occurs once per name; all else is free text.
 */
function isComment(line: string, typed: Set<string>): boolean {
  if (!/^#[ \t]+(?:HELP|TYPE)(?:[ \t]|$)/.test(line)) return true
  const [, keyword, name = '', rest = ''] = metadata.exec(line) ?? []
  if (keyword === undefined) return false
  if (keyword === 'HELP') return true
  if (!types.has(rest.trim()) || typed.has(name)) return false
  typed.add(name)
  return true
}

/**
 * Reads the Prometheus text exposition format, version 0.0.4, strictly and in one pass; it stops at the first line that
 * breaks the format. As Prometheus itself does, it lets the last line go without a line feed.
 */
export function readExposition(text: string): Exposition {
  const sums = new Map<string, number>()
  const nonFinite = new Set<string>()
  const typed = new Set<string>()
  let samples = 0
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    const content = line.trimStart()
    if (content === '') continue
    const sample = content.startsWith('#') ? undefined : readSample(content)
    const isGood = content.startsWith('#') ? isComment(content, typed) : sample !== undefined
    if (!isGood) return { problemLine: index + 1, samples, sums, nonFinite }
    if (sample === undefined) continue
    samples += 1
    const sum = sums.get(sample.name) ?? 0
    const isFinite = Number.isFinite(sum + sample.value)
    if (!isFinite) nonFinite.add(sample.name)
    sums.set(sample.name, isFinite ? sum + sample.value : sum)
  }
  return { problemLine: 0, samples, sums, nonFinite }
}

/** One sample of the Prometheus text format: a name, labels, a number. Labels are checked, not kept. */
interface Sample {
  readonly name: string
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

  /** Takes a value between quotes; a quote, a backslash and a line feed are escaped. */
  takeQuoted(): boolean {
    if (this.line[this.#at] !== '"') return false
    for (let at = this.#at + 1; at < this.line.length; at += 1) {
      const character = this.line[at]
      if (character === '"') {
        this.#at = at + 1
        return true
      }
      if (character !== '\\') continue
      at += 1
      if (!['"', '\\', 'n'].includes(this.line[at] ?? '')) return false
    }
    return false
  }

  get isDone(): boolean {
    return this.#at >= this.line.length
  }
}

function skipLabels(reader: LineReader): boolean {
  if (!reader.takeCharacter('{')) return true
  for (;;) {
    reader.take(blanks)
    if (reader.takeCharacter('}')) return true
    if (reader.take(labelName) === undefined) return false
    reader.take(blanks)
    if (!reader.takeCharacter('=')) return false
    reader.take(blanks)
    if (!reader.takeQuoted()) return false
    reader.take(blanks)
    if (reader.takeCharacter('}')) return true
    if (!reader.takeCharacter(',')) return false
  }
}

/**
 * Reads a sample line.
 *
 * @param line without its line feed
 * @returns `undefined` when it breaks the format
 */
function readSample(line: string): Sample | undefined {
  const reader = new LineReader(line)
  reader.take(blanks)
  const name = reader.take(metricName)
  if (name === undefined) return undefined
  reader.take(blanks)
  if (!skipLabels(reader)) return undefined
  reader.take(blanks)
  const value = numberOf(reader.take(word) ?? '')
  reader.take(blanks)
  const time = reader.take(word)
  reader.take(blanks)
  if (value === undefined || !reader.isDone || (time !== undefined && !timestamp.test(time))) return undefined
  return { name, value }
}
