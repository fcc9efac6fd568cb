import type { TextView } from '../estimate/text-view.js'
import { countBits, kindBits, type ModelSpan, type SpanModel } from './model.js'
import { keyPositions } from './keyboard.js'

const variants = 4
const variantBits = Math.log2(variants)
/** Distances up to 31 up or down, for copies that are moved along the alphabet or the keyboard. */
const shiftBits = 6

/**
 * Something that occurred before: the same (`abcabc`), the same in another case, backwards (`abccba`), or every
 * character moved by the same distance along the alphabet (`abcd bcde`) or the keyboard (`1qaz 2wsx 3edc`). A copy may
 * overlap what it copies, so runs and periods are copies as well.
 *
 * Price: 3 bits for saying it again (how often, which part), 4 backwards or in another case, 6 with a shift: a guesser
 * who has the first part tries a handful of ways to make it longer. The length is nearly free, because people stop
 * where the form is full.
 */
export const copies: SpanModel = {
  *spans(view) {
    if (view.length < 4) return
    yield* forward(view.codes, 3, 3)
    yield* backward(view.codes)
    if (!view.binary) {
      yield* inAnotherCase(view)
      yield* forward(keyPositions(view.folded), 8, 6)
    }
  },
}

function copySpan(start: number, length: number, source: number, extra: number, price: number): ModelSpan {
  const code = kindBits.copy + variantBits + Math.log2(source) + countBits(length) + extra
  return { start, end: start + length, code, price, family: 'repetition' }
}

/** For every position the longest exact copy, and the longest with a shift, of anything before it. */
function* forward(
  values: ArrayLike<number>,
  exactPrice: number,
  minimum: number,
  mayShift = true,
): Generator<ModelSpan> {
  const n = values.length
  let below = new Uint16Array(n + 1)
  let row = new Uint16Array(n + 1)
  for (let i = n - 1; i > 0; i--) {
    const here = values[i] as number
    const step = i + 1 < n ? (values[i + 1] as number) - here : NaN
    let exact = 0
    let shifted = 0
    for (let j = i - 1; j >= 0; j--) {
      const there = values[j] as number
      const length = (values[j + 1] as number) - there === step ? (below[j + 1] as number) + 1 : 1
      row[j] = length
      if (here === there) {
        if (length > exact) exact = length
      } else if (length > shifted && here >= 0 && there >= 0 && Math.abs(here - there) < 32) {
        shifted = length
      }
    }
    if (exact >= minimum && here >= 0) yield copySpan(i, exact, i, 0, exactPrice)
    if (mayShift && shifted >= 4 && shifted > exact) yield copySpan(i, shifted, i, shiftBits, 6)
    const spare = below
    below = row
    row = spare
  }
}

function* backward(values: ArrayLike<number>): Generator<ModelSpan> {
  const n = values.length
  let below = new Uint16Array(n + 1)
  let row = new Uint16Array(n + 1)
  for (let i = n - 1; i > 0; i--) {
    let longest = 0
    for (let j = 0; j < i; j++) {
      const length = values[i] === values[j] ? (j > 0 ? (below[j - 1] as number) : 0) + 1 : 0
      row[j] = length
      if (length > longest) longest = length
    }
    if (longest >= 4) yield copySpan(i, longest, i, 0, 4)
    const spare = below
    below = row
    row = spare
  }
}

/** One bit per letter says which of them changed case. Only where a text has both. */
function* inAnotherCase(view: TextView): Generator<ModelSpan> {
  if (!view.isCapital.includes(1) || view.folded === view.text) return
  const folded = Array.from(view.folded, (letter) => letter.charCodeAt(0))
  for (const { start, end } of forward(folded, 4, 4, false)) {
    const copied = view.text.slice(start, end)
    const isUniform = copied === copied.toLowerCase() || copied === copied.toUpperCase()
    yield copySpan(start, end - start, start, isUniform ? 2 : 1 + copied.length, 4)
  }
}
