import { createRedactor, MARKER, type Redactor } from '../../redaction/redact.js'
import { readGivenInput, type GivenInput } from '../load/input-value.js'
import type { InputDefinition } from '../../definitions/input-definition.js'
import type { LockedInput } from './lock-demands.js'
import { restForm, secretRestForm } from './address-rest.js'

/** An input by its name, as every pack that has it declares it. */
export interface NamedInput {
  readonly name: string
  readonly isSecret: boolean
  readonly isAddress: boolean
  readonly definition: InputDefinition
}

export function namedInput(name: string, definitions: readonly [InputDefinition, ...InputDefinition[]]): NamedInput {
  return {
    name,
    isSecret: definitions.some(({ secret }) => secret),
    isAddress: definitions.some(({ type }) => type === 'url'),
    definition: definitions[0],
  }
}

/**
 * What was given for an input, as a lock holds it. A lock is read by everybody, so that it holds no credential: of an
 * address what is left
 * without them, of what is secret whether it is empty, or, of an address, the server and what else of it is no
 * credential.
 */
export function entryOf(input: NamedInput, given: GivenInput): LockedInput {
  const value = textsOf(input, given)
  if (input.isSecret)
    return {
      secret:
        typeof value === 'string'
          ? secretForm(input, value)
          : value.map((item) => secretForm(input, item)).join(' ') || 'empty',
    }
  return { value: typeof value === 'string' ? openForm(input, value) : value.map((item) => openForm(input, item)) }
}

/** A list as its items, however it was written. */
export function textsOf({ definition }: NamedInput, given: GivenInput): string | readonly string[] {
  return definition.type === 'list' ? (readGivenInput(definition, given) as readonly string[]) : given
}

/**
 * The words for an address in which credentials have to be left out and readers disagree where they end: it never
 * equals what is locked.
 */
const ambiguous = 'ambiguous'

/** Whether an entry holds an address of which nobody can say which server it names. */
export function isAmbiguous(entry: LockedInput): boolean {
  if ('secret' in entry) return entry.secret.split(' ').includes(ambiguous)
  return 'value' in entry && [entry.value].flat().includes(`${MARKER} ${ambiguous}`)
}

function openForm({ name, isAddress }: NamedInput, text: string): string {
  if (!isAddress && !text.includes('://')) return text
  const redactor = redactorOf(name, text)
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

function secretForm({ name }: NamedInput, text: string): string {
  if (text.trim() === '') return 'empty'
  if (!text.includes('://')) return 'set'
  const urls = urlsOf(text)
  if (!urls.every((url) => url.before !== '' && isPlain(url))) return ambiguous
  const redactor = redactorOf(name, text)
  return `set, for ${urls.map(({ before, user, host, rest }) => before + host + secretRestForm(before, user !== '', rest, (part) => redactor.text(part))).join(',')}`
}

function redactorOf(name: string, address: string): Redactor {
  return createRedactor([{ name: `input ${name}`, exposure: 'dsn', value: address }], { publicText: [] })
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
