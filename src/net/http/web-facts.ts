import { redactedMarker } from '../../redaction/secret-value.js'
import { hasDuplicateKeys } from '../../base/text/duplicate-keys.js'

/** Characters of a text kept as a fact: enough to recognise a page by. */
const longestText = 16 * 1024

/** How far a cut moves back to end between two words. */
const cutWindow = 4096

/** How deep JSON from a peer may nest: what comes after walks it recursively. */
const deepestJson = 100

/** Headers whose values are credentials that a peer hands out. */
const credentialHeaders = new Set(['set-cookie', 'set-cookie2', 'authentication-info', 'proxy-authentication-info'])

/**
 * Shortens a text to what is kept as a fact. The cut never falls into a word: half a secret would not be recognised as
 * one.
 */
export function boundedText(text: string): string {
  if (text.length <= longestText) return text
  return endedBetweenWords(text.slice(0, longestText))
}

/**
 * A text that was cut off, without the word that the cut fell into; without its last 4096 characters where these are
 * one word.
 */
export function endedBetweenWords(cut: string): string {
  const window = cut.slice(-cutWindow)
  const end = window.search(/[\s"'<>&,;][^\s"'<>&,;]*$/)
  return cut.slice(0, cut.length - window.length + Math.max(0, end))
}

/** Headers as facts: small names, several values of one name joined by a comma, cookies not shown. */
export function headerFacts(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const facts: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase()
    facts[key] = credentialHeaders.has(key) ? redactedMarker : [value ?? []].flat().join(', ')
  }
  return facts
}

/** The media type of a Content-Type header, in small letters and without its parameters. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function containersIn(values: readonly unknown[]): object[] {
  return values.filter((value): value is object => typeof value === 'object' && value !== null)
}

function isDeeperThan(value: unknown, limit: number): boolean {
  let level = containersIn([value])
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > limit) return true
    level = containersIn(level.flatMap((container): unknown[] => Object.values(container)))
  }
  return false
}

/** Text read as JSON. Every message is ours: the parser's own quotes the text. */
export interface JsonReading {
  readonly isJson: boolean
  /** `{}` when it is not JSON. */
  readonly json: unknown
  readonly jsonError: string
}

function noJson(jsonError: string): JsonReading {
  return { isJson: false, json: {}, jsonError }
}

/** @param deepest how deep it may nest */
export function readJson(text: string, truncated = false, deepest = deepestJson): JsonReading {
  if (truncated) return noJson('the text was cut off at the limit')
  if (text.trim() === '') return noJson('the text is empty')
  try {
    const json: unknown = JSON.parse(text)
    if (isDeeperThan(json, deepest)) return noJson(`it nests deeper than ${deepest}`)
    return hasDuplicateKeys(text) ? noJson('an object names a key twice') : { isJson: true, json, jsonError: '' }
  } catch {
    return noJson('the text is not JSON')
  }
}
