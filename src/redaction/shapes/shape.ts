import { type TextUnits, type Continuation, type Found, matchesAt, type Places } from '../span.js'

/** A credential that can be recognised by its form, without knowing its value. */
export interface Shape {
  /**
   * Lower-case words of which one must be in the text, in whatever case, before a look is worth it; absent: always
   * look.
   */
  readonly anchors?: readonly string[]
  find(reading: TextUnits, places: Places): Found[]
}

interface PatternOptions {
  readonly anchors: readonly string[]
  readonly until?: Continuation
}

function spanOf(match: RegExpExecArray, until: Continuation): Found | undefined {
  const [start, end] = match.indices?.groups?.['secret'] ?? [match.index, match.index + match[0].length]
  return end > start ? { start, end, until } : undefined
}

/**
 * A shape that one pattern describes. What it masks is the group named `secret`, or the whole match without one. The
 * pattern must carry the flags `g` and `d` and bound every quantifier.
 */
export function patternShape(pattern: RegExp, { anchors, until = 'token' }: PatternOptions): Shape {
  return {
    anchors,
    find: ({ text }) => [...text.matchAll(pattern)].flatMap((match) => spanOf(match, until) ?? []),
  }
}

/**
 * The same for a pattern whose matches all begin with one of the anchors, which therefore is tried only there; flags
 * `y` and `d`.
 */
export function anchoredShape(pattern: RegExp, { anchors, until = 'token' }: PatternOptions): Shape {
  return {
    anchors,
    find: ({ text }, places) =>
      matchesAt(text, pattern, places(anchors)).flatMap((match) => spanOf(match, until) ?? []),
  }
}

/**
 * How many backslashes are before a quote that JSON escaped five times over, as in an annotation of a manifest in a
 * log line.
 */
const MOST_ESCAPES = 31

/** The backslashes before an escaped quote, as part of a pattern: none, 1, 3, 7, 15 or 31. */
export const ESCAPES = String.raw`\\{0,31}`

/** A quote, escaped or not, or none. */
export const ANY_QUOTE = `${ESCAPES}["']?`

/** A line's end, also escaped: as `\n` in a text that was made one line, once more for each time. */
export const ANY_NEWLINE = String.raw`(?:\r?\n|(?:\\{1,31}r)?\\{1,31}n)`

/** The stretch inside a pair of quotes. `closed` is false where the text ends first. */
interface Quoted {
  readonly start: number
  readonly end: number
  readonly closed: boolean
}

const LONGEST = 131_072

/**
 * What is between the quote that may open at `at` and its partner, for quotes that are escaped themselves as well
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
