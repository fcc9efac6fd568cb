import { characterSet, runsOf } from '../character-run.js'
import type { Found } from '../span.js'
import { ESCAPES, patternShape, type Shape } from './shape.js'

const HEAD = 3

/** All texts of three characters of which each is one of a list's. */
function headsOf(first: string, second: string, third: string): string[] {
  return [...first].flatMap((a) => [...second].flatMap((b) => [...third].map((c) => a + b + c)))
}

const HEX = '0123456789abcdef'
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * Tokens whose issuer gave them a prefix of their own, so that leaks can be found: their first three characters, and
 * how they go on.
 */
const PREFIXED: readonly (readonly [heads: readonly string[], rest: string])[] = [
  [headsOf('g', 'h', 'pousr'), '_[A-Za-z0-9]{30,255}'],
  [['git'], 'hub_pat_[A-Za-z0-9_]{40,255}'],
  [headsOf('g', 'l', 'pdrcifaos'), '(?:at|t|bt|tt|mt|gent|as|oat)-[A-Za-z0-9_-]{20,255}'],
  [['xox'], '[abeoprs]-[A-Za-z0-9-]{10,255}'],
  [['xap'], 'p-[A-Za-z0-9-]{10,255}'],
  [['AKI', 'ASI', 'ABI'], 'A[A-Z2-7]{16}(?![A-Za-z0-9])'],
  [['ACC'], 'A[A-Z2-7]{16}(?![A-Za-z0-9])'],
  [['AIz'], 'a[A-Za-z0-9_-]{35}'],
  [['ya2'], '9\\.[A-Za-z0-9_-]{20,2048}'],
  [['GOC'], 'SPX-[A-Za-z0-9_-]{20,64}'],
  [['1//'], '0[A-Za-z0-9_-]{30,255}'],
  [['rk_', 'sk_'], '(?:live|test)_[A-Za-z0-9]{16,255}'],
  [['whs'], 'ec_[A-Za-z0-9+/=]{20,255}'],
  [['npm'], '_[A-Za-z0-9]{30,64}'],
  [['pyp'], 'i-[A-Za-z0-9_-]{50,1024}'],
  [['sk-'], '(?:proj-|ant-|svcacct-|or-)?[A-Za-z0-9_-]{20,255}'],
  [['hf_'], '[A-Za-z0-9]{30,64}'],
  [['SG.'], '[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,128}'],
  [headsOf('S', 'K', HEX), '[0-9a-f]{31}(?![0-9A-Za-z])'],
  [headsOf('d', 'o', 'opr'), '_v1_[0-9a-f]{64}'],
  [headsOf('h', 'v', 'sbr'), '\\.[A-Za-z0-9_-]{20,512}'],
  [['dap'], 'i[0-9a-f]{32}(?![0-9A-Za-z])'],
  [['key'], '-[0-9a-f]{32}(?![0-9A-Za-z])'],
  [['dck'], 'r_(?:pat|oat)_[A-Za-z0-9_-]{20,64}'],
  [['dp.'], '(?:pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9._-]{30,255}'],
  [['AGE'], '-SECRET-KEY-1[0-9A-Z]{58}'],
  [['shp'], '(?:at|ss|ca|pa)_[0-9a-fA-F]{32}'],
  [['lin'], '_(?:api|oauth)_[A-Za-z0-9]{30,128}'],
  [['glc'], '_[A-Za-z0-9+/=_]{30,512}'],
  [['gls'], 'a_[A-Za-z0-9+/=_]{30,512}'],
  [['snt'], 'r(?:ys|yu)_[A-Za-z0-9+/=_-]{30,512}'],
  [['rub'], 'ygems_[0-9a-f]{48}'],
  [['ATA'], 'TT3[A-Za-z0-9_=-]{50,512}'],
  [['sq0'], '(?:atp|csp|idp)-[A-Za-z0-9_-]{20,64}'],
  [['EAA'], 'A[A-Za-z0-9_-]{60}(?![A-Za-z0-9])'],
  [['PMA'], 'K-[0-9a-f]{24}-[0-9a-f]{34}'],
  [['ntn'], '_[A-Za-z0-9]{40,64}'],
  [['psc'], 'ale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{30,64}'],
  [['nva'], 'pi-[A-Za-z0-9_-]{50,128}'],
  [headsOf('f', 'm', '0123456789'), '[a-z]?_[A-Za-z0-9+/=_,-]{40,2048}'],
  [['eyJ'], 'rIjoi[A-Za-z0-9+/=]{40,512}'],
  // NATS seeds: S, the kind of key, 56 characters of base32. Public keys begin with the kind and stay.
  [headsOf('S', 'ACNOUX', BASE32), '[A-Z2-7]{55}(?![A-Za-z0-9])'],
]

/** The token that begins with each head, from its first character on. */
const TOKENS = new Map<string, RegExp[]>()
for (const [heads, rest] of PREFIXED) {
  const pattern = new RegExp(`[^]{${HEAD}}${rest}`, 'y')
  for (const head of heads) TOKENS.set(head, [...(TOKENS.get(head) ?? []), pattern])
}

/** Folds three ASCII characters into 12 bits. */
function slotOf(a: number, b: number, c: number): number {
  return (a * 961 + b * 31 + c) & 0xfff
}

const HEAD_SLOTS = new Uint8Array(0x1000)
for (const head of TOKENS.keys()) HEAD_SLOTS[slotOf(head.charCodeAt(0), head.charCodeAt(1), head.charCodeAt(2))] = 1

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'
const WORD = characterSet(LETTERS)

/** What tokens are made of; the shortest has 15 characters. */
const TOKEN = characterSet(`${LETTERS}./+=,`)
const SHORTEST = 15

/** Where one of these tokens begins at `start`, its end. */
function endOfToken(text: string, start: number): number | undefined {
  for (const pattern of TOKENS.get(text.slice(start, start + HEAD)) ?? []) {
    pattern.lastIndex = start
    if (pattern.test(text)) return pattern.lastIndex
  }
  return undefined
}

/**
 * Tokens of clouds and services, by their prefix. By hand, and only where ordinary words are too short: one
 * pattern of forty would try each of them everywhere.
 */
export const vendorToken: Shape = {
  find({ text, units }) {
    const found: Found[] = []
    for (const run of runsOf(units, TOKEN, SHORTEST)) {
      let isInWord = WORD[units[run.start - 1] ?? 0] === 1
      for (let at = run.start; at + SHORTEST <= run.end; at++) {
        const wasInWord = isInWord
        const unit = units[at]!
        isInWord = WORD[unit] === 1
        if (wasInWord || !isInWord || HEAD_SLOTS[slotOf(unit, units[at + 1]!, units[at + 2]!)] === 0) continue
        const end = endOfToken(text, at)
        if (end !== undefined) found.push({ start: at, end, until: 'token' })
      }
    }
    return found
  },
}

/** HashiCorp's tokens, whose prefix is behind an id. */
export const atlasToken: Shape = patternShape(/(?<![A-Za-z0-9_-])[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,255}/dg, {
  anchors: ['.atlasv1.'],
})

const SEGMENT = /[A-Za-z0-9_-]{0,131072}/y

function endOfSegment(text: string, from: number): number {
  SEGMENT.lastIndex = from
  SEGMENT.test(text)
  return SEGMENT.lastIndex
}

/**
 * JWS and JWE compact serialisation (RFC 7515 §7.1, RFC 7516 §7.1), unsigned ones too; cut ones from the payload on.
 * Read by hand: a pattern would start again at each `eyJ` of a long run that is not a token.
 */
export const jsonWebToken: Shape = {
  anchors: ['eyj'],
  find({ text }) {
    const found: Found[] = []
    for (let start = text.indexOf('eyJ'); start >= 0;) {
      let end = endOfSegment(text, start)
      const headerEnd = end
      for (let segments = 1; segments < 5 && text[end] === '.'; segments++) {
        const next = endOfSegment(text, end + 1)
        if (segments === 1 && next - end <= 2) break
        end = next
      }
      if (end > headerEnd && headerEnd - start > 10) found.push({ start, end, until: 'token' })
      start = text.indexOf('eyJ', end)
    }
    return found
  },
}

/** Telegram's bot tokens: an id, a colon, 35 characters. */
export const botToken: Shape = patternShape(/(?<![0-9])\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/dg, {
  anchors: [':aa'],
})

/** The private members of a JSON Web Key (RFC 7517). */
export const jsonWebKey: Shape = patternShape(
  new RegExp(
    `(?<=["'])(?:d|p|q|dp|dq|qi|k)${ESCAPES}["'][ \\t]{0,8}:[ \\t\\r\\n]{0,8}${ESCAPES}["'](?<secret>[A-Za-z0-9_-]{16,4096})`,
    'dg',
  ),
  { anchors: ['kty'] },
)
