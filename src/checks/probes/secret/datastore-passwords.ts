import type { ProbeContext } from '../../../engine/probe.js'
import { assessSecret, type ReasonCode, knownSecretMatcher } from '../../../secret-strength/index.js'
import {
  connectionUrl,
  isConnectionUrl,
  valueOf,
  type ConnectionUrl,
  siteWordsOfUrls,
  connectionUrls,
} from './connection-urls.js'

interface DatastorePasswords {
  /** `NAME: reason` for each password that an attacker would try; a reason holds nothing of it. */
  readonly weakPasswords: readonly string[]
  /** Names of the URLs without a password. */
  readonly withoutPassword: readonly string[]
  /** Names of the URLs that cannot be parsed. */
  readonly unreadable: readonly string[]
}

/** Shorter ones are found by trying, and cannot be masked in output without masking everything. In characters. */
const shortest = 8

/** Wording of a strength's reason that condemns a password as well. */
const condemned: Partial<Record<ReasonCode, string>> = {
  placeholder: 'has the wording of a placeholder',
  'published-key': 'is published in documentation',
  'digest-of-common-word': 'is a digest of a common word',
  'unresolved-reference': 'is an unresolved reference',
  'missing-value': 'is the text that a program prints for a missing value',
}

/** Judges the passwords of datastores: those in connection URLs, and variables that hold nothing but one. */
export function judgeDatastorePasswords(names: readonly string[], context: ProbeContext): DatastorePasswords {
  const weakPasswords: string[] = []
  const withoutPassword: string[] = []
  const unreadable: string[] = []
  for (const name of names) {
    const value = valueOf(name, context)
    if (value === undefined || value === '') continue
    const url = isConnectionUrl(name, value, context) ? connectionUrl(name, value, context) : plainPassword(name, value)
    if (url === undefined) unreadable.push(name)
    else if (url.password === '') withoutPassword.push(name)
    else {
      const weakness = weaknessOf(url)
      if (weakness !== undefined) weakPasswords.push(`${name}: the password ${weakness}`)
    }
  }
  return { weakPasswords, withoutPassword, unreadable }
}

function plainPassword(name: string, password: string): ConnectionUrl {
  return {
    name,
    password,
    parts: {
      scheme: '',
      host: '',
      port: 0,
      path: '',
      user: '',
      hasPassword: true,
      query: {},
      hosts: [],
      encrypted: false,
    },
  }
}

function weaknessOf(url: ConnectionUrl): string | undefined {
  const { password, parts, name } = url
  const isSame = (text: string) => text !== '' && text.toLowerCase() === password.toLowerCase()
  if (isSame(parts.user)) return "is the user's name"
  if (isSame(parts.path)) return "is the database's name"
  if (isSame(parts.host)) return "is the host's name"
  if (isDefaultPassword(password)) return 'is a known default'

  const words = siteWordsOfUrls(name, [url])
  if (words.some(isSame)) return 'is a word of this deployment'
  const { reasons, bits } = assessSecret(password, { siteWords: words, otherValues: [], minimumBytes: 0 })
  const wording = reasons.map((reason) => condemned[reason]).find((text) => text !== undefined)
  if (wording !== undefined) return wording
  if (password.length < shortest) return `has fewer than ${shortest} characters`
  return bits === '<40' ? 'is easy to guess' : undefined
}

/**
 * Passwords that servers, container images and tutorials come with, and those that lists of tried passwords start with.
 * In lower case; a number or `!` behind one changes little.
 */
const defaults: ReadonlySet<string> = new Set(
  `
  postgres postgresql pgpassword mysecretpassword redis redispassword valkey foobared nats mysql mariadb mongo rabbitmq
  password passwd passw0rd p@ssw0rd p@ssword pass pwd admin administrator root toor user username guest test testing tester
  secret supersecret s3cr3t s3cret topsecret secretpassword default example sample demo dev develop development local localhost
  changeme change change-me change_me changeit master main server service system manager operator owner app api web database
  db dbpassword bitnami docker vagrant ubuntu qwerty qwertyuiop asdf asdfghjkl zxcvbnm letmein welcome login hello dragon monkey
  iloveyou trustno1 abc abcd abcdef 1q2w3e 1q2w3e4r 1qaz2wsx q1w2e3r4 none null undefined empty x xxx xxxx xxxxxxxx
  `
    .trim()
    .split(/\s+/),
)

function isDefaultPassword(password: string): boolean {
  const folded = password.toLowerCase()
  return /^\d{1,12}$/.test(folded) || defaults.has(folded) || defaults.has(folded.replace(/[\d!@#$.*_-]{1,8}$/, ''))
}

/** Equal by chance below this. In characters. */
const shortestShared = 6

interface OtherValue {
  readonly name: string
  readonly value: string
}

/**
 * The values that a secret must not share: those of the other variables of its pack, and every password of the
 * environment, be it part of a connection URL or a variable named so. Other variables of another pack are another
 * service's business, and compared only where a check names them.
 *
 * @param except the secret's own name, and names that are compared separately
 */
export function valuesNotToShare(except: readonly string[], context: ProbeContext): readonly OtherValue[] {
  const declared = Object.keys(context.variables).flatMap((name) => namedValue(name, context))
  const passwords = connectionUrls(context).map(({ name, password }) => ({ name, value: password }))
  const named = context.environment
    .names()
    .filter((name) => /PASSWORD|PASSWD/i.test(name))
    .flatMap((name) => namedValue(name, context))
  return [...declared, ...passwords, ...named].filter(
    ({ name, value }) => !except.includes(name) && value.length >= shortestShared,
  )
}

export function namedValue(name: string, context: ProbeContext): readonly OtherValue[] {
  const value = valueOf(name, context)
  return value === undefined ? [] : [{ name, value }]
}

/** The names among others that have a secret's value, in whatever notation. */
export function namesOfSame(secret: string, others: readonly OtherValue[]): readonly string[] {
  const matcher = knownSecretMatcher(secret)
  return [
    ...new Set(
      others.filter(({ value }) => value.length >= shortestShared && matcher.matches(value)).map(({ name }) => name),
    ),
  ]
}
