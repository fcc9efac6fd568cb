import { pathText } from '../../base/text/terminal-text.js'
import { UnobservedError } from '../../base/errors.js'
import { redactedMarker } from '../../redaction/secret-value.js'
import { hasDuplicateKeys } from '../../base/text/bounded-json.js'
import { z } from 'zod'
import { credential, secretPlace } from '../credential.js'

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
    const text = typeof value === 'object' ? value.join(', ') : (value ?? '')
    facts[key] = credentialHeaders.has(key) ? redactedMarker : text
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
interface JsonReading {
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
    return hasDuplicateKeys(text) ? noJson('an object has a duplicate key') : { isJson: true, json, jsonError: '' }
  } catch {
    return noJson('the text is not JSON')
  }
}

/**
 * The statuses with which a peer says that it did not look at the request: it is asked too often (429, RFC 6585 §4), or
 * the account is locked (423, RFC 4918 §11.3; services send it after refused logins).
 *
 * @param retryAfter the header of that name; empty where there is none
 * @throws UnobservedError for status 429 (`throttled`) and 423 (`locked`)
 */
export function refuseUnobserved(status: number, retryAfter: string): void {
  const wait = /^\d{1,6}$/.test(retryAfter) ? `; it asks to wait ${retryAfter} s` : ''
  if (status === 429)
    throw new UnobservedError(
      'throttled',
      `the peer answers 429 (too many requests)${wait}. Nothing was observed; ask less often, or exempt this host`,
      { isTransient: true },
    )
  if (status === 423)
    throw new UnobservedError(
      'locked',
      `the peer answers 423 (locked)${wait}. Nothing was observed; every further login can lock the account for longer: wait until the service unlocks it or unlock it there, correct the credentials, then start a new run`,
      { isTransient: false, class: 'config' },
    )
}

/** RFC 9110 §5.1. */
const wellFormed = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Headers of the connection itself, which only the client may set (RFC 9110 §7.6.1, RFC 6455 §11.3). */
const reserved =
  /^(?:connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade|sec-websocket-.*)$/i

/** Whom a kind that asks a web service trusts, among its inputs. */
export const trustInputs = () => ({
  'trust-file': pathText().optional().describe("a PEM file of certificates to trust instead of the system's"),
  'server-name': z
    .string()
    .min(1)
    .optional()
    .describe("the name the certificate must carry, when it is not the URL's host"),
})

/** Headers among a kind's inputs, by name. Their values may be credentials. */
export const headersInput = () =>
  z
    .record(z.string(), credential().meta(secretPlace))
    .default({})
    .superRefine((headers, context) => {
      for (const name of Object.keys(headers)) {
        if (!wellFormed.test(name))
          context.addIssue({ code: 'custom', path: [name], message: 'this is not a valid header name' })
        else if (reserved.test(name))
          context.addIssue({ code: 'custom', path: [name], message: 'this header is set by the connection' })
      }
    })
