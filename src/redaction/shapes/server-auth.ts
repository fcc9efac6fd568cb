import { type Found, before, matchesAt } from '../span.js'
import { ANY_NEWLINE, ANY_QUOTE, ESCAPES, anchoredShape, patternShape, type Shape } from './shape.js'
import { valuesBehind } from './named-value.js'
import { isPlainValue, isProseWord } from './plain-value.js'

/** Where a command may begin, so that `AUTH` is one and no word of a sentence. */
const AT_COMMAND =
  /(?:^|[\n"'`>\]]|\\n)[ \t]{0,8}$|\bHELLO["']?[ \t,]{1,4}["']?[23]["']?[ \t,]{1,4}["']?$|-cli\b[^\n]{0,200}[ \t]$/

const AUTH = ['auth']

const COMMAND = /(?<![A-Za-z_-])(?:AUTH|auth)["'`]?[ \t]{0,4},?[ \t\r\n]{1,16}/y

/**
 * The arguments of `AUTH`, alone or in `HELLO`, as typed, monitored (`"AUTH" "user" "…"`) or listed (`'AUTH', 'user',
 * '…'`).
 */
export const authCommand: Shape = {
  anchors: AUTH,
  find({ text }, places) {
    const found: Found[] = []
    for (const match of matchesAt(text, COMMAND, places(AUTH))) {
      const start = match.index + match[0].length
      const rest = text.slice(start, start + 2048)
      const line = /^[^\n\]})|;]{0,2048}/.exec(match[0].includes(',') ? rest.replaceAll('\n', ' ') : rest)?.[0] ?? ''
      const first = /^["'`]?([^\s"'`,]{1,1024})/.exec(line)?.[1] ?? ''
      if (
        first === '' ||
        (isPlainValue(first) && first !== 'default') ||
        isProseWord(first) ||
        /^(?:[=:({[<-]|&lt$)/.test(first)
      )
        continue
      if (/^["'][\w.-]{1,64}["'][ \t]{0,4}:/.test(line)) continue // The next member of an object.
      if (/["'`]/.test(match[0]) && !/^["'`]/.test(line)) continue // `for 'auth' command`: a quoted command has quoted arguments.
      const isCommand = AT_COMMAND.test(text.slice(Math.max(0, match.index - 256), match.index))
      if (!isCommand && (match[0].startsWith('auth') || !/[0-9\W_]|[a-z][A-Z]/.test(first.replace(/[.,:;!?]+$/, ''))))
        continue
      const args =
        /^(["'`]?)(?:[^\s"'`,]{1,1024})\1(?:[ \t]{0,4},?[ \t]{1,16}(["'`]?)[^\s"'`,]{1,1024}\2)?/.exec(line)?.[0] ??
        first
      const lead = /^["'`]/.test(args) ? 1 : 0
      const tail = /["'`]$/.test(args) ? 1 : 0
      found.push({ start: start + lead, end: start + args.length - tail, until: 'token' })
    }
    return found
  },
}

/** The bulk strings after `AUTH` in the Redis protocol: each a length and a text. */
export const authProtocol: Shape = anchoredShape(
  /(?<=\n|\\r\\n)AUTH(?:\r?\n|\\r\\n)(?<secret>(?:\$\d{1,6}(?:\r?\n|\\r\\n)[^\r\n\\]{1,1024}(?:\r?\n|\\r\\n)?){1,2})/diy,
  { anchors: ['auth'] },
)

const SETTING = new RegExp(
  `(?:(?<![\\w-])|(?<=\\\\[nrt]))(?:requirepass|masterauth|primaryauth|sentinel-pass|tls-(?:client-)?key-file-pass|auth-pass(?:(?<=\\bset[ \\t"'\\\\]{1,40}[\\w.-]{1,128}[ \\t"'\\\\]{1,40}auth-pass)|${ANY_QUOTE}[ \\t]{1,8}${ANY_QUOTE}[\\w.-]{1,128}))` +
    `${ANY_QUOTE}(?:[ \\t]{0,4}[:=][ \\t]{0,8}|[ \\t]{1,8}|${ANY_NEWLINE}[ \\t]{0,8}(?:\\d{1,3}\\) )?(?=${ESCAPES}"))`,
  'iy',
)
const SETTINGS = ['requirepass', 'masterauth', 'primaryauth', 'sentinel-pass', 'tls-', 'auth-pass']

/**
 * Passwords in a Redis configuration, as its file, its commands and their answers have them: `requirepass x`, `sentinel
 * auth-pass NAME x`.
 */
export const redisSetting: Shape = {
  anchors: SETTINGS,
  find: ({ text }, places) => valuesBehind(text, matchesAt(text, SETTING, places(SETTINGS)), 'word'),
}

/** Passwords set at run time: `ACL SETUSER … >x`, SQL's `PASSWORD 'x'`. */
export const passwordSetting: Shape = anchoredShape(
  /(?:\bSETUSER\b[^\n]{0,200}?[ \t"'][>#](?<!="[^"<>\n]{0,64}">)|\bIDENTIFIED BY[ \t]{1,8}'|\bPASSWORD[ \t]{1,8}')(?<secret>[^\s"']{1,1024})/diy,
  { anchors: ['setuser', 'identified by', 'password'] },
)

/** SCRAM exchanges (RFC 5802): first and final messages of both sides, with nonce, salt, proof and signature. */
export const scramMessage: Shape = patternShape(
  new RegExp(
    [
      '\\bc=[A-Za-z0-9+/]{4,128}={0,2},r=[^\\s,"\']{8,512}(?:,p=[A-Za-z0-9+/]{20,128}={0,2})?',
      '\\br=[^\\s,"\']{8,512},s=[A-Za-z0-9+/]{8,256}={0,2},i=\\d{1,9}',
      '\\bn,[^\\s,"\']{0,64},n=[^\\s,"\']{0,128},r=[^\\s,"\']{8,512}',
    ].join('|'),
    'dg',
  ),
  { anchors: [',r=', ',s='] },
)

/** The server's signature that ends a SCRAM exchange: base64 of 20 or 32 bytes. */
export const scramSignature: Shape = anchoredShape(
  /(?<![^\s"'])v=(?<secret>(?:[A-Za-z0-9+/]{27}|[A-Za-z0-9+/]{43})=)(?![A-Za-z0-9+/=])/dy,
  {
    anchors: before('v=', 'abcdefghijklmnopqrstuvwxyz0123456789+/'),
  },
)

/** What servers store in a password's place: SCRAM verifiers, PostgreSQL's md5, bcrypt, argon2, crypt. */
export const passwordVerifier: Shape = anchoredShape(
  new RegExp(
    [
      'SCRAM-SHA-(?:1|256|512)\\$\\d{1,9}:[A-Za-z0-9+/=]{4,256}\\$[A-Za-z0-9+/=]{10,256}(?::[A-Za-z0-9+/=]{10,256})?',
      'md5[0-9a-f]{32}(?![A-Za-z0-9])',
      '\\$2[abxy]?\\$\\d{2}\\$[A-Za-z0-9./]{53}',
      '\\$argon2(?:id|i|d)\\$[^\\s"\']{20,512}',
      '\\$(?:1|5|6|y|7)\\$[A-Za-z0-9./=,$]{8,64}\\$[A-Za-z0-9./]{22,128}',
    ].join('|'),
    'dy',
  ),
  { anchors: ['scram-sha-', 'md5', ...before('$2', 'abxy$'), '$argon2', '$1$', '$5$', '$6$', '$y$', '$7$'] },
)
