import { MOST_ESCAPES } from './escapes.js'

/** The stretch inside a pair of quotes. `closed` is false where the text ends first. */
export interface Quoted {
  readonly start: number
  readonly end: number
  readonly closed: boolean
}

const LONGEST = 131_072

/**
 * What stands between the quote that may open at `at` and its partner, for quotes that are escaped themselves as well
 * (`\"…\"` in JSON in JSON). Without a partner it goes to the end of the line.
 */
export function quotedAt(text: string, at: number): Quoted | undefined {
  let open = at
  while (text[open] === '\\' && open - at < MOST_ESCAPES) open++
  const quote = text[open]
  if (quote !== '"' && quote !== "'" && quote !== '`') return undefined
  const depth = open - at
  const start = open + 1
  const limit = Math.min(text.length, start + LONGEST)
  let slashes = 0
  for (let i = start; i < limit; i++) {
    const sign = text[i]
    if (sign === '\\') {
      slashes++
      continue
    }
    if (sign === '\0') return { start, end: i, closed: false }
    if (sign === quote && slashes % (2 * (depth + 1)) === depth) {
      if (depth === 0 && text.startsWith("'\\''", i)) {
        i += 3 // A shell ends its quotes to write one.
        slashes = 0
        continue
      }
      const isDoubled = depth === 0 && quote === "'" && text[i + 1] === quote
      if (!isDoubled) return { start, end: i - depth, closed: true }
      i++ // SQL writes a quote inside quotes twice.
    }
    slashes = 0
  }
  const newline = text.indexOf('\n', start)
  const end = newline < 0 || newline > limit ? limit : newline
  return { start, end: text[end - 1] === '\r' ? end - 1 : end, closed: false }
}
