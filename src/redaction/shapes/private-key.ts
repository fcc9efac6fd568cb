import type { Found, TextSpan } from '../span.js'
import type { Shape } from './shape.js'

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE KEY|NKEY SEED|USER JWT)(?: BLOCK)?-----/g
const END = /-----END [A-Z0-9 ]{0,60}-----/g

/** The longest key that is looked for as a whole, in characters; an RSA key of 16,384 bits has 12,500. */
const LONGEST = 32_768

/** A line of base64, perhaps quoted, indented or in a diff, or one of the headers of RFC 1421 and PGP. */
const BODY_LINE =
  /^[\s>|"'`+#*,-]{0,64}(?:[A-Za-z0-9+/=]{0,131072}|[A-Z][A-Za-z-]{2,20}: [^\n]{0,200})["'`,;\\\s]{0,8}$/
const LINE_END = /\\{0,4}r?\\{1,4}n|\r?\n/g

function endsIn(text: string): TextSpan[] {
  return [...text.matchAll(END)].map((end) => ({ start: end.index, end: end.index + end[0].length }))
}

/**
 * Where the body of a key ends that begins at `from`: after the END line, or before the first line that is not a body.
 */
export function endOfKey(text: string, from: number, ends: readonly TextSpan[] = endsIn(text)): number {
  const end = ends.find((span) => span.start >= from)
  if (end && end.start - from <= LONGEST) return end.end
  LINE_END.lastIndex = from
  let lineStart = from
  for (let match = LINE_END.exec(text); match; match = LINE_END.exec(text)) {
    if (!BODY_LINE.test(text.slice(lineStart, match.index))) return lineStart
    lineStart = match.index + match[0].length
  }
  return BODY_LINE.test(text.slice(lineStart)) ? text.length : lineStart
}

const LONGEST_LINE = 1026

/** Where the lines of base64 begin that end in an END line at `to`: a key of which only the tail is here. */
function startOfTail(text: string, to: number): number {
  let start = to
  while (start > 0 && to - start < LONGEST) {
    const from = Math.max(0, start - LONGEST_LINE)
    const lineStart = from + text.slice(from, start - 1).lastIndexOf('\n') + 1
    if (!/^[A-Za-z0-9+/=]{4,1024}\r?\n$/.test(text.slice(lineStart, start))) break
    start = lineStart
  }
  return start
}

/**
 * PEM, OpenSSH and PGP private keys, NATS credentials, PuTTY keys; also with escaped line ends, or with an end missing.
 */
export const privateKey: Shape = {
  anchors: ['-----begin ', '-----end ', 'private-lines: '],
  find({ text }) {
    const found: Found[] = []
    const ends = endsIn(text)
    for (const begin of text.matchAll(BEGIN)) {
      if (begin.index < (found.at(-1)?.end ?? 0)) continue
      found.push({ start: begin.index, end: endOfKey(text, begin.index + begin[0].length, ends), until: 'private-key' })
    }
    for (const end of text.matchAll(/-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g)) {
      const start = startOfTail(text, end.index)
      if (start < end.index) found.push({ start, end: end.index + end[0].length })
    }
    for (const lines of text.matchAll(/Private-Lines: \d{1,4}\r?\n((?:[A-Za-z0-9+/=]{1,128}\r?\n?){1,400})/g)) {
      found.push({ start: lines.index, end: lines.index + lines[0].length, until: 'private-key' })
    }
    return found
  },
}
