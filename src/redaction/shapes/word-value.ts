import { ANY_QUOTE, ESCAPES } from './escapes.js'

/** More than a window holds: what is longer goes on in the next one. */
const LONGEST = 131_072

const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

/** The end of a text, or another field: `,name=`, `,"name":`, also escaped. */
const NEXT_FIELD = new RegExp(`^[&,;](?:\\s|$|${ANY_QUOTE}[\\w.-]{1,64}${ANY_QUOTE}[=:])`)

/** Brackets after which the text, its quotes or its colour ends. */
const CLOSED = new RegExp(`^[)\\]}]{1,4}[,;.]?(?:\\s|$|\\x1b|${ESCAPES}["'\`]|\\\\{1,31}[nrt])`)

/**
 * Whether at `at` something ends the word before it: a quote, a separator or a bracket after which another thing
 * begins.
 */
function endsAt(text: string, start: number, at: number): boolean {
  const sign = text[at] ?? ''
  if (text.startsWith("'\\''", at)) return false // A shell's quote within quotes.
  if (/["'`]/.test(sign)) return /^["'`](?:[\s,;)\]}\\]|$)/.test(text.slice(at, at + 2))
  if (/[&,;]/.test(sign)) return NEXT_FIELD.test(text.slice(at, at + 140))
  const opening = OPENING[sign]
  if (opening === undefined || !CLOSED.test(text.slice(at, at + 48))) return false
  return !text.slice(start, at).includes(opening)
}

const STOP = /[\s<>\0\x1b]/

/** The end of a credential that stands without quotes: a blank, or a sign after which something else begins. */
export function endOfWord(text: string, start: number): number {
  const limit = Math.min(text.length, start + LONGEST)
  let at = start
  while (at < limit && !STOP.test(text[at] ?? '') && !endsAt(text, start, at)) at++
  // The backslashes of an escaped quote are none of the word's.
  if (at < limit && /["'`]/.test(text[at] ?? '')) while (at > start && text[at - 1] === '\\') at--
  return at
}
