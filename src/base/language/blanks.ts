/**
 * What `strip()` of a Python `str` removes: `str.isspace`, which counts the information separators U+001C to U+001F.
 * Measured over every code point with CPython 3.11; neither U+FEFF nor U+200B is among them, unlike in JavaScript.
 */
const pythonBlanks = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

/** The Unicode property White_Space, which Rust's `str::trim` removes, and Python's `int()` and `float()` as well. */
const whiteSpace = '\\t-\\r\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

const blanksOf = (characters: string) => new RegExp(`^[${characters}]$`, 'u')
const pythonBlank = blanksOf(pythonBlanks)
const whiteSpaceBlank = blanksOf(whiteSpace)

/** Python's `str.strip()`. */
export function pythonStrip(text: string): string {
  return strip(text, pythonBlank)
}

/** Rust's `str::trim()`; also what Python's `int()` and `float()` ignore around a number. */
export function trimWhiteSpace(text: string): string {
  return strip(text, whiteSpaceBlank)
}

// By index: `/blanks+$/` takes quadratic time on a long run of blanks that does not end the text.
function strip(text: string, blank: RegExp): string {
  let start = 0
  let end = text.length
  while (start < end && blank.test(text.charAt(start))) start += 1
  while (end > start && blank.test(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}
