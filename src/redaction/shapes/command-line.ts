import { type Found, matchesAt, type Places } from '../span.js'
import { ANY_NEWLINE, ESCAPES, patternShape, type Shape, quotedAt } from './shape.js'
import { isPlainValue, isProseWord, endOfWord } from './plain-value.js'

const FLAG_NAME =
  '(?:[a-z0-9]{1,20}-){0,4}(?:password|passwd|passphrase|pass|token|secret|credentials?|(?:api|access|auth|private|secret|signing|encryption|account)-?key|requirepass|masterauth|pwd)'

/** A long flag whose value is an argument of its own. */
const FLAG = new RegExp(
  `(?<![\\w-])--?${FLAG_NAME}(?:[ \\t]{1,8}|${ESCAPES}["'],(?:${ANY_NEWLINE})?[ \\t\\r\\n]{0,64}(?=${ESCAPES}["']))`,
  'iy',
)
const FLAG_LEAD = /(?<![\w-])--?(?:[a-z0-9]{1,20}-){0,4}$/i
const LONGEST_LEAD = 87
const FLAG_ALONE = new RegExp(`^--?${FLAG_NAME}$`, 'i')

/** Programs whose short flag, or plain argument, is a credential; one group `secret` each. */
const PROGRAMS: readonly Shape[] = [
  patternShape(
    /\b(?:redis|valkey)-(?:cli|benchmark)\b[^\n|;&]{0,400}?[ \t](?:-a|--pass)[ \t]{1,8}["']?(?<secret>[^\s"']{1,1024})/dg,
    { anchors: ['-cli', '-benchmark'] },
  ),
  patternShape(
    /\bcurl\b[^\n|;]{0,800}?[ \t](?:-u|--user|-U|--proxy-user)[ \t=]{0,4}["']?[^\s"':]{1,256}:(?<secret>[^\s"']{1,1024})/dg,
    { anchors: ['curl'] },
  ),
  patternShape(/\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n|;&]{0,400}?[ \t]-p["']?(?<secret>[^\s"']{1,1024})/dg, {
    anchors: ['mysql', 'mariadb'],
  }),
  patternShape(/\bsshpass[ \t]{1,8}-p[ \t]{0,8}["']?(?<secret>[^\s"']{1,1024})/dg, { anchors: ['sshpass'] }),
  patternShape(
    /\b(?:docker|podman|helm|oras|skopeo)\b[^\n|;&]{0,200}?[ \t]login\b[^\n|;&]{0,200}?[ \t]-p[ \t]{1,8}["']?(?<secret>[^\s"']{1,1024})/dg,
    { anchors: ['login'] },
  ),
]

/** Whether an argument is a flag whose value is the argument after it (`--password`). */
export function isCredentialFlag(argument: string): boolean {
  return FLAG_ALONE.test(argument)
}

const KEYS = ['api', 'access', 'auth', 'private', 'secret', 'signing', 'encryption', 'account'].flatMap((kind) => [
  `${kind}-key`,
  `${kind}key`,
])
const FLAG_WORDS = ['pass', 'pwd', 'token', 'secret', 'credential', 'requirepass', 'masterauth', ...KEYS]

/** Where flags begin whose last word is at one of some places. */
function flagsAt(text: string, places: readonly number[]): number[] {
  const starts = places.flatMap((place) => {
    if (text[place - 1] !== '-') return []
    const lead = FLAG_LEAD.exec(text.slice(Math.max(0, place - LONGEST_LEAD), place))
    return lead ? [place - lead[0].length] : []
  })
  return [...new Set(starts)].sort((a, b) => a - b)
}

function afterFlags(text: string, places: Places): Found[] {
  const found: Found[] = []
  for (const match of matchesAt(text, FLAG, flagsAt(text, places(FLAG_WORDS)))) {
    const at = match.index + match[0].length
    if (at < (found.at(-1)?.end ?? 0)) continue
    const quoted = quotedAt(text, at)
    const start = quoted?.start ?? at
    const end = quoted?.end ?? endOfWord(text, at)
    const value = text.slice(start, end)
    if (isPlainValue(value) || isProseWord(value) || /^(?:--?[a-z]|[|&;<>=]|flag\b)/i.test(value)) continue
    found.push({ start, end, until: quoted && !quoted.closed ? 'line' : 'token' })
  }
  return found
}

/** Credentials on command lines. */
export const commandLineShapes: Shape = {
  anchors: [...FLAG_WORDS, ...PROGRAMS.flatMap((shape) => shape.anchors ?? [])],
  find(reading, places) {
    const programs = PROGRAMS.filter((shape) => places(shape.anchors ?? []).length > 0)
    return [...afterFlags(reading.text, places), ...programs.flatMap((shape) => shape.find(reading, places))]
  },
}
