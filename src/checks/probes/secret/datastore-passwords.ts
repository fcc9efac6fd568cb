import type { ProbeContext } from '../../../engine/probe.js'
import { assessSecret, type ReasonCode } from '../../../secret-strength/index.js'
import { connectionUrl, isUrl, valueOf, type ConnectionUrl } from './connection-urls.js'
import { isDefaultPassword } from './default-passwords.js'
import { siteWords } from './given-site-words.js'

export interface DatastorePasswords {
  /** `NAME: reason` for each password that a stranger would try; a reason holds nothing of it. */
  readonly weakPasswords: readonly string[]
  /** Names of the URLs without a password. */
  readonly withoutPassword: readonly string[]
  /** Names of the URLs that cannot be taken apart. */
  readonly unreadable: readonly string[]
}

/** Shorter ones are found by trying, and cannot be masked in output without masking everything. In characters. */
const shortest = 8

/** Wording of a strength's reason that condemns a password as well. */
const condemned: Partial<Record<ReasonCode, string>> = {
  placeholder: 'has the wording of a placeholder',
  'published-key': 'is published in documentation',
  'digest-of-common-word': 'is a digest of a common word',
  'unresolved-reference': 'is a reference that nothing resolved',
  'missing-value': 'is what a program prints when it has no value',
}

/** Judges the passwords of datastores: those in connection URLs, and variables that hold nothing but one. */
export function judgeDatastorePasswords(names: readonly string[], context: ProbeContext): DatastorePasswords {
  const weakPasswords: string[] = []
  const withoutPassword: string[] = []
  const unreadable: string[] = []
  for (const name of names) {
    const value = valueOf(name, context)
    if (value === undefined || value === '') continue
    const url = isUrl(name, value, context) ? connectionUrl(name, value, context) : plainPassword(name, value)
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

  const words = siteWords(name, [url])
  if (words.some(isSame)) return "is a word of the deployment's own"
  const { reasons, bits } = assessSecret(password, { siteWords: words, otherValues: [], minimumBytes: 0 })
  const wording = reasons.map((reason) => condemned[reason]).find((text) => text !== undefined)
  if (wording !== undefined) return wording
  if (password.length < shortest) return `has fewer than ${shortest} characters`
  return bits === '<40' ? 'is soon found by trying' : undefined
}
