import { dsnCredentials, isUrl } from './dsn-secrets.js'
import { MARKER } from './marker.js'
import { isCredentialKey, saysSecret } from './secret-value.js'

/**
 * One text to look for. `named`: something says that it is a secret, so short ones count too. `primary`: when it can't
 * be masked everywhere, the operator must be warned.
 */
export interface Piece {
  readonly text: string
  readonly named: boolean
  readonly primary: boolean
}

const MAX_JSON_DEPTH = 32

function jsonLeaves(value: unknown, named: boolean, depth: number): Piece[] {
  if (depth > MAX_JSON_DEPTH) return []
  if (typeof value === 'string' || typeof value === 'number') return [{ text: String(value), named, primary: named }]
  if (Array.isArray(value)) return value.flatMap((item: unknown) => jsonLeaves(item, named, depth + 1))
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, item]) => jsonLeaves(item, isCredentialKey(key), depth + 1))
}

function parsedJson(value: string): unknown {
  if (!/^\s*[{["]/.test(value)) return undefined
  try {
    return JSON.parse(value) as unknown
  } catch {
    return undefined // The message would quote the value; what is not JSON is looked for as it is.
  }
}

/**
 * The part of a URL that can be secret when it has no credentials: what follows the host. One without a host
 * (`sqlite:///app.db`) names a file of this machine.
 */
function pathOf(url: string): string {
  const authority = url.indexOf('://') + 3
  const path = url.slice(authority).search(/[/?#]/)
  return path <= 0 ? '' : url.slice(authority + path)
}

function ofScalar(value: string, named: boolean): Piece[] {
  const trimmed = value.trim()
  const lines = trimmed.split(/[\r\n]+/).map((line) => line.trim())
  const parts = trimmed.split(MARKER)
  // Also as one line: that is how it reads where other line ends or an indentation are in it.
  const joined = lines.length > 1 ? [lines.join('')] : []
  return [
    { text: value, named, primary: true },
    ...[...(lines.length > 1 ? lines : []), ...joined, ...(parts.length > 1 ? parts : []), trimmed]
      .filter((text) => text !== '' && text !== value)
      .map((text) => ({ text, named, primary: false })),
  ]
}

function ofSecret(secret: KnownSecret): Piece[] {
  const named = saysSecret(secret.name)
  const json = parsedJson(secret.value)
  if (json !== undefined) {
    return jsonLeaves(json, named, 0).flatMap((leaf) =>
      ofScalar(leaf.text, leaf.named).map((piece) => ({ ...piece, primary: piece.primary && leaf.primary })),
    )
  }
  const text = secret.value.trim()
  if (!isUrl(text)) return ofScalar(secret.value, named)
  const credentials = dsnCredentials(text)
  if (credentials.length > 0) return credentials.map((credential) => ({ text: credential, named: true, primary: true }))
  const path = pathOf(text)
  return path.length < 8 ? [] : [{ text: path, named: false, primary: false }]
}

/**
 * What of a known secret has to be looked for: a DSN's credentials, a JSON document's leaves, the lines of a long text.
 */
export function piecesOf(secret: KnownSecret): readonly Piece[] {
  if (secret.exposure === 'dsn') {
    return dsnCredentials(secret.value).flatMap((credential) => ofScalar(credential, true))
  }
  return secret.exposure === 'text' ? ofScalar(secret.value, true) : ofSecret(secret)
}

/**
 * The texts of a known secret that count for themselves: its value, the credentials of its DSN, the leaves of its JSON
 * under a credential's name.
 */
export function secretPieces(secret: KnownSecret): readonly string[] {
  return piecesOf(secret).flatMap(({ text, primary }) => (primary ? [text.trim()] : []))
}

/**
 * One value the redactor has to keep in.
 *
 * `secret`: the whole value counts. `dsn`: only its credentials count (a password in the user-info, a `password=`
 * parameter), or windows of its host would mask every log line. `text`: the whole value counts whatever it looks like,
 * and is known to be a secret.
 */
export interface KnownSecret {
  readonly name: string
  readonly value: string
  readonly exposure: 'secret' | 'dsn' | 'text'
  /** Taken for a secret only because it is not declared. */
  readonly isPresumed?: boolean
}
