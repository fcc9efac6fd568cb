import { type Found, matchesAt } from '../span.js'
import { ANY_NEWLINE, ANY_QUOTE, ESCAPES, type Shape, quotedAt } from './shape.js'
import { lineEndOf } from './key-place.js'
import { namedValueAt, valuesBehind } from './named-value.js'
import { isPlainValue, endOfWord } from './plain-value.js'

const NAME = ['name']

const COMMAND = new RegExp(
  `name${ANY_QUOTE}:[ \\t]{0,4}${ESCAPES}["'](?<command>auth|hello)${ESCAPES}["'],\\s{0,32}(?:${ANY_NEWLINE}\\s{0,64})?${ANY_QUOTE}args${ANY_QUOTE}:\\s{0,4}\\[\\s{0,32}(?:${ANY_NEWLINE}\\s{0,64})?`,
  'iy',
)
const BETWEEN_ARGUMENTS = new RegExp(`^${ESCAPES}["'\`],?\\s{0,32}(?:${ANY_NEWLINE}\\s{0,64})?`)
const MOST_ARGUMENTS = 8

/** The arguments of a command in a Redis client's own error: all of `auth`, of `hello` those after `AUTH`. */
export const failedCommand: Shape = {
  anchors: NAME,
  find({ text }, places) {
    const found: Found[] = []
    for (const match of matchesAt(text, COMMAND, places(NAME))) {
      let isSecret = match.groups?.['command']?.toLowerCase() === 'auth'
      let at = match.index + match[0].length
      for (let count = 0; count < MOST_ARGUMENTS; count++) {
        const quoted = quotedAt(text, at)
        if (quoted === undefined) break
        const value = text.slice(quoted.start, quoted.end)
        if (isSecret && !isPlainValue(value)) found.push({ start: quoted.start, end: quoted.end })
        isSecret ||= value.toLowerCase() === 'auth'
        at = quoted.end + (BETWEEN_ARGUMENTS.exec(text.slice(quoted.end, quoted.end + 192))?.[0].length ?? 0)
      }
    }
    return found
  },
}

/**
 * What a Redis ACL says of a user: whether it may log in, which keys, channels and commands it may use. A password
 * before any of it needs one after it.
 */
const RIGHT =
  '(?:(?:on|off|reset(?:pass|keys|channels)?|nopass|all(?:keys|channels|commands)|nocommands|(?:skip-)?sanitize-payload)(?![\\w.-])|[~&%]\\S|[+-]@[a-z])'
const USER = ['user ', 'user\t', 'setuser']
const ACL_USER = new RegExp(
  `(?:(?<![\\w.-])|(?<=\\\\[nrt]))(?:user[ \\t]{1,4}\\S{1,128}[ \\t]{1,4}(?=${RIGHT}|[><#]\\S{1,1024}[ \\t]{1,4}${RIGHT})|SETUSER\\b)`,
  'iy',
)

/** A password that is added or removed, or its hash; not what begins or ends a tag of a page. */
const RULE =
  /(?<=[ \t"'])(?:(?<!="[^"<>\n]{0,64}")>(?=[^\s<>"'])|<(?!(?:a|b|code|d[dlt]|div|em|i|kbd|li|p|pre|span|strong|summary|t[dr]|ul)[ >])(?=[^\s<>"'])|[#!](?=[0-9a-f]{64}))/g

/** Passwords and their hashes in a Redis ACL: a line of its file, of `ACL LIST`, or `ACL SETUSER`. */
export const accessRule: Shape = {
  anchors: USER,
  find({ text }, places) {
    const found: Found[] = []
    let end = 0
    for (const match of matchesAt(text, ACL_USER, places(USER))) {
      if (match.index < end) continue
      const from = match.index + match[0].length - 1
      const line = lineFrom(text, from, 4096)
      end = from + line.length
      for (const rule of line.matchAll(RULE)) {
        const start = from + rule.index + 1
        const value = { start, end: endOfWord(text, start) }
        if (value.end > start && !isPlainValue(text.slice(start, value.end))) found.push(value)
      }
    }
    return found
  },
}

const ADDRESSES = ['@tcp(', '@unix(']
const LONGEST_DSN = 1024

/** The password before the address of a Go driver's MySQL DSN: `user:password@tcp(host:3306)/database`. */
export const goDsn: Shape = {
  anchors: ADDRESSES,
  find: ({ text }, places) =>
    places(ADDRESSES).flatMap((end) => {
      let start = end
      while (start > Math.max(0, end - LONGEST_DSN) && !/[\s"'`\0]/.test(text.charAt(start - 1))) start--
      const word = text.slice(start, end)
      const scheme = /^[^:]{0,64}:\/\//.exec(word)?.[0].length ?? 0
      const colon = word.indexOf(':', scheme)
      return colon < 0 || colon + 1 === word.length ? [] : [{ start: end - word.length + colon + 1, end }]
    }),
}

/** The rest of a line, so many characters at most. */
function lineFrom(text: string, from: number, most: number): string {
  const rest = text.slice(from, from + most)
  const line = rest.slice(0, lineEndOf(rest, 0))
  const escapedEnd = line.search(/\\{1,31}n/)
  return escapedEnd < 0 ? line : line.slice(0, escapedEnd)
}

const AUTH = ['auth']

const ESCAPED_AUTH = new RegExp(`(?<![A-Za-z_-])AUTH\\\\{1,31}["'],?[ \\t]{1,4}(?=\\\\{1,31}["'])`, 'iy')

/** The arguments of `AUTH` in a log line that was made a string of JSON: `\"AUTH\" \"user\" \"…\"`. */
export const escapedAuth: Shape = {
  anchors: AUTH,
  find({ text }, places) {
    return matchesAt(text, ESCAPED_AUTH, places(AUTH)).flatMap((match) => {
      const first = namedValueAt(text, match.index + match[0].length, 'word')
      if (first === undefined) return []
      const gap = /^\\{1,31}["'],?[ \t]{1,4}(?=\\{1,31}["'])/.exec(text.slice(first.end, first.end + 80))
      const second = gap === null ? undefined : namedValueAt(text, first.end + gap[0].length, 'word')
      return second === undefined ? [first] : [first, second]
    })
  },
}

const CONNECT_WORD = ['connect ']

const CONNECT = /CONNECT[ \t]{1,4}(?=\{)/y
const PROOF = new RegExp(`${ESCAPES}"(?:sig|jwt|nkey|pass|auth_token)${ESCAPES}"[ \\t]{0,4}:[ \\t]{0,4}`, 'g')

/** What proves an identity in the first message of a NATS client. */
export const natsConnect: Shape = {
  anchors: CONNECT_WORD,
  find({ text }, places) {
    const found: Found[] = []
    let end = 0
    for (const match of matchesAt(text, CONNECT, places(CONNECT_WORD))) {
      if (match.index < end) continue
      const line = lineFrom(text, match.index, 8192)
      end = match.index + line.length
      for (const member of line.matchAll(PROOF)) {
        const at = match.index + member.index + member[0].length
        const value = at < (found.at(-1)?.end ?? 0) ? undefined : namedValueAt(text, at, 'word')
        if (value !== undefined) found.push(value)
      }
    }
    return found
  },
}

const MEMBER = new RegExp(`(?<=["'])(?:sig|jwt|nkey)${ESCAPES}["'][ \\t]{0,4}:[ \\t]{0,4}`, 'iy')
const MEMBERS = ['sig"', "sig'", 'sig\\', 'jwt"', "jwt'", 'jwt\\', 'nkey"', "nkey'", 'nkey\\']
/** How far apart the members of one object may be: a user's JWT has some 800 characters. */
const FARTHEST = 4096

/** A signature beside the JWT or the public key that it belongs to, as NATS clients print what they connect with. */
export const natsProof: Shape = {
  anchors: MEMBERS,
  find({ text }, places) {
    const members = matchesAt(text, MEMBER, places(MEMBERS))
    const isSignature = (member: RegExpExecArray): boolean => /^sig/i.test(member[0])
    const isBeside = (one: RegExpExecArray, other: RegExpExecArray | undefined): boolean =>
      other !== undefined && !isSignature(other) && Math.abs(other.index - one.index) <= FARTHEST
    const proofs = members.filter(
      (member, index) =>
        isSignature(member) && (isBeside(member, members[index - 1]) || isBeside(member, members[index + 1])),
    )
    return valuesBehind(text, proofs, 'word')
  },
}
