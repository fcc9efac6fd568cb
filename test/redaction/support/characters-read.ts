import { text } from 'node:stream/consumers'
import { readingOf } from '../../../src/redaction/span.js'
import { shapedSpans } from '../../../src/redaction/shapes/all-shapes.js'

/** What a text is full of, and how long the longer of two is. */
export interface Filling {
  readonly unit: string
  readonly length: number
}

/**
 * How many characters are looked at while `run` runs: by patterns from where each begins to the end of its match, or of
 * the text where a search finds nothing; by searches for a word likewise. Counted, since a clock tells of the machine.
 */
function charactersRead(run: () => void): number {
  let read = 0
  const { exec } = RegExp.prototype
  const { indexOf, lastIndexOf } = String.prototype
  RegExp.prototype.exec = function (this: RegExp, text: string) {
    const from = this.sticky || this.global ? this.lastIndex : 0
    const match = exec.call(this, text)
    const isBound = this.sticky || (this.source.startsWith('^') && !this.multiline)
    read += match === null ? (isBound ? 1 : Math.max(0, text.length - from)) : match.index + match[0].length - from
    return match
  }
  String.prototype.indexOf = function (this: string, word: string, from = 0) {
    const at = indexOf.call(this, word, from)
    read += (at < 0 ? this.length : at) - from
    return at
  }
  String.prototype.lastIndexOf = function (this: string, word: string, from = this.length) {
    const at = lastIndexOf.call(this, word, from)
    read += from - Math.max(0, at)
    return at
  }
  try {
    run()
  } finally {
    RegExp.prototype.exec = exec
    String.prototype.indexOf = indexOf
    String.prototype.lastIndexOf = lastIndexOf
  }
  return read
}

const filled = (unit: string, characters: number): string =>
  unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters)

/**
 * Reads a list of fillings from standard input, and writes for each what was looked at in half of such a text and in
 * all of it. In a process of its own: one in which `exec` was ever another runs every pattern twenty times slower from
 * then on.
 */
const fillings = JSON.parse(await text(process.stdin)) as readonly Filling[]
const counts = fillings.map(({ unit, length }) =>
  [length / 2, length].map((characters) => {
    const reading = readingOf(filled(unit, characters))
    return charactersRead(() => shapedSpans(reading))
  }),
)
process.stdout.write(JSON.stringify(counts))
