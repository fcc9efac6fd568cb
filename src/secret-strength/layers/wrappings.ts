import type { Layer } from './encoding-layer.js'

/** Zero-width and directional marks: invisible in every editor, and part of the key all the same. */
// U+034F is in the class for itself; it combines with nothing here.
// eslint-disable-next-line no-misleading-character-class
export const invisible = /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/gu

const quotePairs: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['\u201c', '\u201d'],
  ['\u2018', '\u2019'],
  ['\u00ab', '\u00bb'],
]

const assignment = /^(?:export\s{1,4})?[A-Za-z_][A-Za-z0-9_.-]{1,63}\s{0,4}[=:]\s{0,4}(?=[^=\s])/u
const upperCaseAssignment = /^(?:export\s{1,4})?[A-Z_][A-Z0-9_]{2,63}=(?=[^=])/u
const marker = /^(?:base64:|b64:|hex:|raw:|plain:|0x|\\x|bearer\s{1,4}|basic\s{1,4}|data:[a-z/;=-]{0,40};base64,)/iu

/**
 * Whether the first and the last character are a pair of quotes around something. A typesetter's quotes count: they
 * come
 * from a document that the value was copied out of.
 */
export function isWrappedInQuotes(text: string): boolean {
  return text.length >= 2 && quotePairs.some(([open, close]) => text.startsWith(open) && text.endsWith(close))
}

/** Everything that can be taken off a text without decoding it: one layer per wrapping that is there. */
export function unwrap({ text, binary }: Layer): Layer[] {
  if (binary) return []
  const layers: Layer[] = []
  const add = (name: Layer['name'], inside: string) => {
    if (inside !== text && inside !== '') layers.push({ name, text: inside, binary: false })
  }
  add('trimmed', text.trim())
  if (isWrappedInQuotes(text)) add('unquoted', text.slice(1, -1))
  add('visible', text.replace(invisible, ''))
  add('prefix-stripped', withoutPrefix(text))
  return layers
}

function withoutPrefix(text: string): string {
  const name = upperCaseAssignment.exec(text) ?? spacedAssignment(text) ?? marker.exec(text)
  return name === null ? text : text.slice(name[0].length)
}

/**
 * `name: value` and `name = value`: with a blank in it, since a colon or an equals sign alone may be part of a random
 * key.
 */
function spacedAssignment(text: string): RegExpExecArray | null {
  const match = assignment.exec(text)
  return match !== null && /\s/u.test(match[0]) ? match : null
}
