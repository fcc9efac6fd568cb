import { parsedJson } from './key-types.js'
import type { ReasonCode } from './reasons.js'

const hashes: readonly RegExp[] = [
  /^\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}/u,
  /^\$argon2(?:id|i|d)\$/u,
  /^\$[156]\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,86}/u,
  /^\$(?:y|gy|7|scrypt|pbkdf2(?:-sha\d{1,3})?)\$[^$]{1,64}\$[^$]{1,128}/u,
  /^(?:pbkdf2|scrypt|bcrypt|argon2)[:_][a-z0-9:_]{1,30}\$/u,
  /^\{(?:S?SHA(?:256|384|512)?|S?MD5|CRYPT|BCRYPT|PBKDF2[A-Z0-9-]{0,12})\}/iu,
  /^SCRAM-SHA-\d{1,3}\$\d{1,9}:/u,
]

const scheme = /^[a-z][a-z0-9+.-]{2,30}:\/\/\S/iu
const hostKeyword = /(?:^|[\s;])(?:host|hostaddr|server|data source|hostname|endpoint)\s{0,3}=/iu
const otherKeyword =
  /(?:^|[\s;])(?:password|pwd|user id|user|uid|dbname|database|port|sharedaccesskey(?:name)?)\s{0,3}=/iu

/** Another credential in the place of the secret: something that is shown, stored or sent elsewhere by its nature. */
export function credentialReason(text: string): ReasonCode | undefined {
  if (isToken(text)) return 'jwt'
  if (hashes.some((pattern) => pattern.test(text))) return 'password-hash'
  return scheme.test(text) || isKeywordDsn(text.slice(0, 2048)) ? 'url-or-dsn' : undefined
}

function isKeywordDsn(text: string): boolean {
  return hostKeyword.test(text) && otherKeyword.test(text)
}

/** Begins as a JSON header does in base64url, and really decodes to one. */
function isToken(text: string): boolean {
  if (!text.startsWith('eyJ') && !text.startsWith('ewo')) return false
  const header = parsedJson(Buffer.from(text.split('.', 1)[0] as string, 'base64url').toString('utf8'))
  return (
    typeof header === 'object' &&
    header !== null &&
    (Object.hasOwn(header, 'alg') || Object.hasOwn(header, 'typ') || text.split('.').length >= 3)
  )
}
