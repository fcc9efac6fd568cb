/** How a credential's key is in its text. */
export interface KeyPlace {
  readonly text: string
  readonly keyStart: number
  readonly separator: string
  readonly isSpaced: boolean
  readonly valueStart: number
  readonly lineEnd: number
}

/**
 * How far back a line's start is looked for: in a text of one line a search from each key would read all of it again.
 */
const FARTHEST_START = 256

/** Where the line begins, or a place before `at` that is too far for a key to begin its line. */
export function lineStartOf(text: string, at: number): number {
  const from = Math.max(0, at - FARTHEST_START)
  const before = text.slice(from, at)
  return from + Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\0')) + 1
}

export function lineEndOf(text: string, at: number): number {
  const newline = text.indexOf('\n', at)
  const nul = text.slice(at, newline < 0 ? text.length : newline).indexOf('\0')
  if (nul >= 0) return at + nul // As /proc/PID/environ ends a variable.
  if (newline < 0) return text.length
  return newline > at && text[newline - 1] === '\r' ? newline - 1 : newline
}

/** Whether only indentation, a list's dash, a comment sign or `export` is before the key on its line. */
export function isAtLineStart(place: Pick<KeyPlace, 'text' | 'keyStart'>): boolean {
  const start = lineStartOf(place.text, place.keyStart)
  if (place.keyStart - start > 128) return false
  return /^[ \t]{0,64}(?:[#;-] {1,4}|[+~] {0,4})?(?:export |set )?["']?[\w.-]{0,64}$/i.test(
    place.text.slice(start, place.keyStart),
  )
}

/** What systemd loads from a file (`LoadCredential=id:/path`), and the folder that a shell works in. */
const FOLDER_OR_FILE = /^(?:(?:OLD)?PWD=|LoadCredential(?:Encrypted)?=[\w.-]{1,64}:)\/[\w./-]{0,256}(?=[\s;"'\\\x1b]|$)/

/** What is before the name that ends there; a colour or an escaped line end may be before that. */
const LEAD = /(?:(?<![A-Za-z0-9_])|(?<=\x1b\[[0-9;]{0,12}m|\\[nrt]))(?:OLD|Load)?$/

function isFolderOrFile({ text, keyStart }: KeyPlace): boolean {
  const lead = LEAD.exec(text.slice(Math.max(0, keyStart - 24), keyStart))?.[0]
  return lead !== undefined && FOLDER_OR_FILE.test(text.slice(keyStart - lead.length, keyStart + 360))
}

/** Before `pass` among the counts of a result document, which says how many checks passed. */
const COUNTED = /"selected":[ \t]{0,4}\d{1,9},?\s{0,64}"$/

function isCount({ text, keyStart, valueStart }: KeyPlace): boolean {
  return (
    text.startsWith('pass"', keyStart) &&
    /^\d{1,9}(?=[,\s}])/.test(text.slice(valueStart, valueStart + 10)) &&
    COUNTED.test(text.slice(Math.max(0, keyStart - 96), keyStart))
  )
}

/** `secret/password: x` is a path and its state, `auth-token:8080` a host and its port. */
export function isNoKey(place: KeyPlace): boolean {
  if (place.separator === '=') return isFolderOrFile(place)
  if (place.separator !== ':') return false
  if (isCount(place)) return true
  const before = place.text.slice(Math.max(0, place.keyStart - 64), place.keyStart)
  if (/\/[\w.-]{0,64}$/.test(before)) return true
  return !place.isSpaced && /^\d{1,5}(?![\w.@!-])/.test(place.text.slice(place.valueStart, place.valueStart + 8))
}
