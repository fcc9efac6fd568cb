import type { Found } from '../span.js'
import { matchesAt } from './anchors.js'
import { lineEndOf } from './key-place.js'
import { valueAt } from './named-value.js'
import { isPlainValue } from './plain-value.js'
import { quotedAt } from './quoted.js'
import type { Shape } from './shape.js'
import { endOfWord } from './word.js'

const COMMAND = /name\\{0,3}["']?:[ \t]{0,4}\\{0,3}["'](?<command>auth|hello)\\{0,3}["'],\s{0,32}\\{0,3}["']?args\\{0,3}["']?:\s{0,4}\[\s{0,32}/iy
const MOST_ARGUMENTS = 8

/** The arguments of a command in a Redis client's own error: all of `auth`, of `hello` those after `AUTH`. */
export const failedCommand: Shape = {
  anchors: ['name'],
  find({ text }, places) {
    const found: Found[] = []
    for (const match of matchesAt(text, COMMAND, places(['name']))) {
      let isSecret = match.groups?.['command']?.toLowerCase() === 'auth'
      let at = match.index + match[0].length
      for (let count = 0; count < MOST_ARGUMENTS; count++) {
        const quoted = quotedAt(text, at)
        if (quoted === undefined) break
        const value = text.slice(quoted.start, quoted.end)
        if (isSecret && !isPlainValue(value)) found.push({ start: quoted.start, end: quoted.end })
        isSecret ||= value.toLowerCase() === 'auth'
        at = quoted.end + (/^\\{0,3}["'`],?\s{0,32}/.exec(text.slice(quoted.end, quoted.end + 40))?.[0].length ?? 0)
      }
    }
    return found
  },
}

const ACL_USER = /(?<![\w.-])(?:user[ \t]{1,4}\S{1,128}[ \t]{1,4}(?=(?:on|off)[ \t])|SETUSER\b)/iy

/** Passwords and their hashes in a Redis ACL: a line of its file, of `ACL LIST`, or `ACL SETUSER`. */
export const accessRule: Shape = {
  anchors: ['user ', 'user\t', 'setuser'],
  find({ text }, places) {
    const found: Found[] = []
    for (const match of matchesAt(text, ACL_USER, places(['user ', 'user\t', 'setuser']))) {
      const from = match.index + match[0].length
      const line = text.slice(from, Math.min(lineEndOf(text, from), from + 4096))
      for (const rule of line.matchAll(/(?<=[ \t"'])(?:[><](?=[^\s<>"'])|[#!](?=[0-9a-f]{64}))/g)) {
        const start = from + rule.index + 1
        const end = Math.max(endOfWord(text, start), start)
        if (end > start && !isPlainValue(text.slice(start, end))) found.push({ start, end })
      }
    }
    return found
  },
}

/** The password before the address of a Go driver's MySQL DSN: `user:password@tcp(host:3306)/database`. */
export const goDsn: Shape = {
  anchors: ['@tcp(', '@unix('],
  find: ({ text }, places) =>
    places(['@tcp(', '@unix(']).flatMap((end) => {
      const word = /[^\s"'`\0]{1,1024}$/.exec(text.slice(Math.max(0, end - 1024), end))?.[0] ?? ''
      const scheme = /^[^:]{0,64}:\/\//.exec(word)?.[0].length ?? 0
      const colon = word.indexOf(':', scheme)
      return colon < 0 || colon + 1 === word.length ? [] : [{ start: end - word.length + colon + 1, end }]
    }),
}

const CONNECT = /CONNECT[ \t]{1,4}(?=\{)/y
const PROOF = /\\{0,3}"(?:sig|jwt|nkey|pass|auth_token)\\{0,3}"[ \t]{0,4}:[ \t]{0,4}/g

/** What proves an identity in the first message of a NATS client. */
export const natsConnect: Shape = {
  anchors: ['connect '],
  find({ text }, places) {
    return matchesAt(text, CONNECT, places(['connect '])).flatMap((match) => {
      const line = text.slice(match.index, Math.min(lineEndOf(text, match.index), match.index + 8192))
      return [...line.matchAll(PROOF)].flatMap((member) => valueAt(text, match.index + member.index + member[0].length, 'word') ?? [])
    })
  },
}
