import { characterSet, runsOf } from '../character-run.js'
import type { Found } from '../span.js'
import { patternShape, type Shape } from './shape.js'

/** What tokens are made of; the shortest has 15 characters. */
const TOKEN = characterSet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+=,-')
const SHORTEST = 15

/** Tokens whose issuer gave them a prefix of their own, so that leaks can be found. */
const PREFIXED = [
  'gh[pousr]_[A-Za-z0-9]{30,255}',
  'github_pat_[A-Za-z0-9_]{40,255}',
  'gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[A-Za-z0-9_-]{20,255}',
  'xox[abeoprs]-[A-Za-z0-9-]{10,255}',
  'xapp-[A-Za-z0-9-]{10,255}',
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])',
  'AIza[A-Za-z0-9_-]{35}',
  'ya29\\.[A-Za-z0-9_-]{20,2048}',
  'GOCSPX-[A-Za-z0-9_-]{20,64}',
  '1//0[A-Za-z0-9_-]{30,255}',
  '[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}',
  'whsec_[A-Za-z0-9+/=]{20,255}',
  'npm_[A-Za-z0-9]{30,64}',
  'pypi-[A-Za-z0-9_-]{50,1024}',
  'sk-(?:proj-|ant-|svcacct-|or-)?[A-Za-z0-9_-]{20,255}',
  'hf_[A-Za-z0-9]{30,64}',
  'SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,128}',
  'SK[0-9a-f]{32}(?![0-9A-Za-z])',
  'do[opr]_v1_[0-9a-f]{64}',
  'hv[sbr]\\.[A-Za-z0-9_-]{20,512}',
  '(?:dapi|key-)[0-9a-f]{32}(?![0-9A-Za-z])',
  '[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_-]{40,255}',
  'dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,64}',
  'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9._-]{30,255}',
  'AGE-SECRET-KEY-1[0-9A-Z]{58}',
  'shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}',
  'lin_(?:api|oauth)_[A-Za-z0-9]{30,128}',
  'gl(?:c|sa)_[A-Za-z0-9+/=_]{30,512}',
  'sntr(?:ys|yu)_[A-Za-z0-9+/=_-]{30,512}',
  'rubygems_[0-9a-f]{48}',
  'ATATT3[A-Za-z0-9_=-]{50,512}',
  'sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{20,64}',
  'EAAA[A-Za-z0-9_-]{60}(?![A-Za-z0-9])',
  'PMAK-[0-9a-f]{24}-[0-9a-f]{34}',
  'ntn_[A-Za-z0-9]{40,64}',
  'pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{30,64}',
  'nvapi-[A-Za-z0-9_-]{50,128}',
  'fm\\d[a-z]?_[A-Za-z0-9+/=_,-]{40,2048}',
  'eyJrIjoi[A-Za-z0-9+/=]{40,512}',
  // NATS seeds: S, the kind of key, 56 characters of base32. Public keys begin with the kind and stay.
  'S[ACNOUX][A-Z2-7]{56}(?![A-Za-z0-9])',
]

const VENDOR_TOKEN = new RegExp(`(?<![A-Za-z0-9_-])(?:${PREFIXED.join('|')})`, 'g')

/** Tokens of clouds and services, told by their prefix. Only long runs are looked at: ordinary words are none. */
export const vendorToken: Shape = {
  find(text) {
    return runsOf(text, TOKEN, SHORTEST).flatMap((run) =>
      [...text.slice(run.start, run.end).matchAll(VENDOR_TOKEN)].map((match) => {
        const start = run.start + match.index
        return { start, end: start + match[0].length, until: 'token' as const }
      }),
    )
  },
}

const SEGMENT = /[A-Za-z0-9_-]{0,65536}/y

function endOfSegment(text: string, from: number): number {
  SEGMENT.lastIndex = from
  SEGMENT.test(text)
  return SEGMENT.lastIndex
}

/**
 * JWS and JWE compact serialisation (RFC 7515 §7.1, RFC 7516 §7.1), unsigned ones too; cut ones from the payload on.
 * Read by hand: a pattern would start again at each `eyJ` of a long run that is no token.
 */
export const jsonWebToken: Shape = {
  hints: ['eyJ'],
  find(text) {
    const found: Found[] = []
    for (let start = text.indexOf('eyJ'); start >= 0; ) {
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
export const botToken: Shape = patternShape(/(?<![0-9])\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/dg, [':AA'])

/** The private members of a JSON Web Key (RFC 7517). */
export const jsonWebKey: Shape = patternShape(
  /\\{0,3}["'](?:d|p|q|dp|dq|qi|k)\\{0,3}["'][ \t]{0,8}:[ \t\r\n]{0,8}\\{0,3}["'](?<secret>[A-Za-z0-9_-]{16,4096})/dg,
  ['kty'],
)
