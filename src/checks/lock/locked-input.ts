import { createHash } from 'node:crypto'
import { segmentsOf } from '../../definitions/template/segments.js'
import type { WrittenInput } from '../given-inputs.js'
import { createRedactor, MARKER, type Redactor } from '../../redaction/redact.js'
import { readGivenInput, type GivenInput } from '../load/resolve-inputs.js'
import type { InputDefinition } from '../../definitions/expression/expression.js'
import { fullInputName } from '../input-names.js'
import type { LockedInput } from './selection-lock.js'
import { holdsGenerated } from '../../redaction/value-shape.js'

/** What decides how a lock holds an input. */
export type LockableInput = Pick<InputDefinition, 'system' | 'name' | 'type' | 'values' | 'secret'>

/**
 * What was given for an input, as a lock holds it. A lock is read by everybody, so that it holds no credential: of an
 * address what is left without them, of what is secret whether it is empty, or, of an address, the server and whatever
 * else is not a credential.
 */
export function entryOf(
  input: LockableInput,
  { value: given, template }: Pick<WrittenInput, 'value' | 'template'>,
): LockedInput {
  if (template === undefined) return plainEntry(input, given)
  const marked = typeof given === 'string' ? withMarks(given) : given.map(withMarks)
  return { ...plainEntry(input, marked), template: true }
}

/** A text with a word in place of each `${{ … }}`, so that an address is one still: which expression it is, is kept. */
function withMarks(text: string): string {
  return segmentsOf(text)
    .map((segment) => (segment.kind === 'text' ? segment.text : markOf(segment.text)))
    .join('')
}

function markOf(expression: string): string {
  if (/^env\.\w+$/.test(expression)) return expression
  return `expression-${createHash('sha256').update(expression).digest('hex').slice(0, 16)}`
}

function plainEntry(input: LockableInput, given: GivenInput): { value: string | string[] } | { secret: string } {
  const value = textsOf(input, given)
  if (input.secret)
    return {
      secret:
        typeof value === 'string'
          ? secretForm(input, value)
          : value.map((item) => secretForm(input, item)).join(' ') || 'empty',
    }
  return { value: typeof value === 'string' ? openForm(input, value) : value.map((item) => openForm(input, item)) }
}

/** A list as its items, however it was written. */
export function textsOf(input: LockableInput, given: GivenInput): string | readonly string[] {
  return input.type === 'list' ? (readGivenInput(input, given) as readonly string[]) : given
}

/**
 * The words for an address in which credentials have to be left out and readers disagree where they end: it never
 * equals what is locked.
 */
const ambiguous = 'ambiguous'

/** Whether an entry holds an address of which it is unknown which server it names. */
export function isAmbiguous(entry: LockedInput): boolean {
  if ('secret' in entry) return entry.secret.split(' ').includes(ambiguous)
  return 'value' in entry && [entry.value].flat().includes(`${MARKER} ${ambiguous}`)
}

function openForm(input: LockableInput, text: string): string {
  if (input.type !== 'url' && !text.includes('://')) return text
  const redactor = redactorOf(input, text)
  const urls = urlsOf(text)
  if (urls.every(({ user, rest }) => user === '' && redactor.text(rest) === rest) && redactor.text(text) === text)
    return text
  if (!urls.every(isPlain)) return `${MARKER} ${ambiguous}`
  // A host is never masked, whatever else is the same as the password.
  return urls
    .map(
      ({ before, user, host, rest }) =>
        `${before}${user === '' ? '' : `${MARKER}@`}${host}${restForm(rest, (part) => redactor.text(part))}`,
    )
    .join(',')
}

function secretForm(input: LockableInput, text: string): string {
  if (text.trim() === '') return 'empty'
  if (!text.includes('://')) return 'set'
  const urls = urlsOf(text)
  if (!urls.every((url) => url.before !== '' && isPlain(url))) return ambiguous
  const redactor = redactorOf(input, text)
  return `set, for ${urls.map(({ before, user, host, rest }) => before + host + secretRestForm(before, user !== '', rest, (part) => redactor.text(part))).join(',')}`
}

function redactorOf(input: LockableInput, address: string): Redactor {
  return createRedactor([{ name: `input ${fullInputName(input)}`, exposure: 'dsn', value: address }], {
    publicText: [],
  })
}

/**
 * Whether every reader of an address finds the same host: one `@` at most, and nothing that only some of them take for
 * an end.
 */
function isPlain({ user, host, rest }: UrlParts): boolean {
  return (
    /^([^@\s\\]+@)?$/.test(user) && /^[A-Za-z0-9._:,[\]-]+$/.test(host) && /^[A-Za-z0-9._~/?&=%+,:*!$'()-]*$/.test(rest)
  )
}

interface UrlParts {
  /** The scheme with what ends it; empty for a text that has none. */
  readonly before: string
  /** The user and the password, with the `@`. */
  readonly user: string
  readonly host: string
  readonly rest: string
}

/** The URLs of a text, which may be several with commas between them. */
function urlsOf(text: string): readonly UrlParts[] {
  return text.split(/,(?=[a-z][a-z0-9+.-]{0,31}:\/\/)/i).map((url) => {
    const [, before = '', authority = '', rest = ''] =
      /^([a-z][a-z0-9+.-]{0,31}:\/\/)?([^/?#\\]*)(.*)$/is.exec(url) ?? []
    const at = authority.lastIndexOf('@') + 1
    return { before, user: authority.slice(0, at), host: authority.slice(at), rest }
  })
}

/**
 * Names in the query of an address that say where, as whom or how safely a driver connects, whatever is before the
 * query (libpq, asyncpg, redis-py). `passfile` and `sslkey` name files: they are not credentials themselves.
 */
const connecting: ReadonlySet<string> = new Set(
  'host hostaddr port unix_socket service servicefile user username dbname database db passfile protocol ssl sslmode sslnegotiation sslrootcert sslcert sslkey sslcrl sslcrldir ssl_ca_certs ssl_ca_path ssl_certfile ssl_keyfile ssl_cert_reqs ssl_check_hostname requiressl gssencmode channel_binding require_auth target_session_attrs options'.split(
    ' ',
  ),
)

/** Schemes under which what is behind the host can be the credential itself, as in the address of a webhook. */
const web = /^(?:https?|wss?):\/\/$/i

/** What a part of an address reads as: itself where it may be shown, else a marker. */
type Shown = (part: string) => string

/**
 * The path and the query of an address, in which `shown` is asked of all but what says where it connects: that is never
 * masked.
 */
function restForm(rest: string, shown: Shown): string {
  return partsForm(rest, shown, (pair) => (isConnecting(pair) ? pair : shown(pair)))
}

/**
 * The same of what is secret as a whole: what is not a name or number is masked. A path `/` names nothing, so that it
 * counts as none.
 *
 * @param before the scheme with what ends it
 * @param hasUser whether there is a credential before the host: without one, an address of the web can be one itself
 * @param redact masks the credentials of the address
 */
function secretRestForm(before: string, hasUser: boolean, rest: string, redact: Shown): string {
  const isWeb = web.test(before)
  const isName = isWeb && !hasUser ? () => false : looksNamed
  const name: Shown = (part) => (part === '' || (redact(part) === part && isName(part)) ? part : MARKER)
  const pairForm: Shown = (pair) => {
    if (!isWeb && isConnecting(pair)) return pair
    const [key = '', ...value] = pair.split('=')
    if (value.length === 0) return name(key)
    return `${name(key)}=${redact(pair) === pair ? name(value.join('=')) : MARKER}`
  }
  return partsForm(rest === '/' ? '' : rest, (path) => path.split('/').map(name).join('/'), pairForm)
}

function partsForm(rest: string, ofPath: Shown, ofPair: Shown): string {
  const [path = '', ...query] = rest.split('?')
  return ofPath(path) + (query.length === 0 ? '' : `?${query.join('?').split('&').map(ofPair).join('&')}`)
}

/** A word, a version, a number, several of them: nothing in it is as long and as mixed as a token. */
function looksNamed(part: string): boolean {
  return (
    /^[A-Za-z0-9._~,:-]{0,63}$/.test(part) &&
    !holdsGenerated(part) &&
    (part.match(/[A-Za-z0-9]{8,}/g) ?? []).every((run) => /^(?:[A-Z]?[a-z]+|[A-Z]+|[0-9]+)$/.test(run))
  )
}

function isConnecting(pair: string): boolean {
  const key = pair.split('=', 1)[0] ?? ''
  return connecting.has(decoded(key).toLowerCase())
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}
