import { kindBits } from './code-lengths.js'
import type { Span, SpanModel } from './model.js'

/**
 * The deployment's own words: the system's and the host's name, the variable's, users, databases. In any case, and with
 * signs for letters.
 *
 * Price: 4 bits. They are the first an attacker tries, and a deployment has a dozen; 1 more with signs for letters.
 */
export const siteWords: SpanModel = {
  *spans(view) {
    if (view.binary || view.siteWords.length === 0) return
    const bitsOfWord = Math.log2(view.siteWords.length)
    for (const word of view.siteWords) {
      yield* found(view.folded, view.text, word, bitsOfWord + 1, 4)
      for (const reading of view.leet) yield* found(reading, view.text, word, bitsOfWord + 2 + word.length, 5)
    }
  },
}

function* found(reading: string, text: string, word: string, bits: number, price: number): Generator<Span> {
  for (let start = reading.indexOf(word); start >= 0; start = reading.indexOf(word, start + 1)) {
    const end = start + word.length
    const piece = text.slice(start, end)
    const caseBits =
      piece === piece.toLowerCase() ? 1 : piece === piece.toUpperCase() || isCapitalised(piece) ? 2 : 2 + word.length
    yield { start, end, code: kindBits.siteWord + bits + caseBits, price, family: 'site-word' }
  }
}

function isCapitalised(word: string): boolean {
  return word.slice(1) === word.slice(1).toLowerCase()
}
