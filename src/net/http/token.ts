import { randomBytes } from 'node:crypto'
import { Secret } from '../../redaction/secret-value.js'
import { z } from 'zod'
import { credential, durationInput } from '../credential.js'

/** What kind of token went out, as a fact: never the token. */
export const tokenKinds = ['none', 'given', 'raw', 'signed', 'expired', 'forged', 'unsigned'] as const

export type TokenKind = (typeof tokenKinds)[number]

/** What a request carries of a token. */
export interface PresentedToken {
  readonly kind: TokenKind
  /** The value of the header or query key. */
  readonly value: Secret
  readonly place: 'header' | 'query'
  readonly name: string
}

/** Seconds. Some services have no leeway for clocks: a token issued this very second may come from their future. */
const issuedAgo = 60

const expiresIn = 300

const livedFor = 3600

/** Bytes of the key that is unknown: as long as HS256 asks for (RFC 7518 §3.2). */
const otherKeyLength = 32

interface Times {
  readonly iat: number
  readonly exp: number
}

function timesOf(mint: MintInput, now: number): Times {
  const seconds = (milliseconds: number | undefined, otherwise: number): number =>
    milliseconds === undefined ? otherwise : Math.ceil(milliseconds / 1000)
  if (mint['expired-ago'] === undefined)
    return { iat: now - seconds(mint['issued-ago'], issuedAgo), exp: now + seconds(mint['expires-in'], expiresIn) }
  const exp = now - seconds(mint['expired-ago'], 0)
  return { exp, iat: mint['issued-ago'] === undefined ? exp - livedFor : now - seconds(mint['issued-ago'], 0) }
}

function numberOr(claim: unknown, otherwise: number): number {
  return typeof claim === 'number' ? claim : otherwise
}

/**
 * Mints a JSON Web Token (RFC 7519, compact form) for HS256, or an unsecured one.
 *
 * @param now seconds since the Unix epoch
 * @throws Error when the secret is empty
 */
export async function mintToken(mint: MintInput, now = Math.floor(Date.now() / 1000)): Promise<Secret> {
  const { SignJWT, UnsecuredJWT } = await import('jose')
  const { iat, exp } = timesOf(mint, now)
  const claims = { ...mint.claims, iat: numberOr(mint.claims['iat'], iat), exp: numberOr(mint.claims['exp'], exp) }
  if (mint.algorithm === 'none') return new Secret(new UnsecuredJWT(claims).encode())
  const key =
    mint.tamper === 'signature' ? randomBytes(otherKeyLength) : Buffer.from(mint.secret?.reveal() ?? '', 'utf8')
  if (key.length === 0) throw new Error('the secret to sign the token with is empty')
  return new Secret(await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key))
}

function kindOf(mint: MintInput): TokenKind {
  if (mint.algorithm === 'none') return 'unsigned'
  if (mint.tamper === 'signature') return 'forged'
  return mint['expired-ago'] === undefined ? 'signed' : 'expired'
}

/**
 * The token that an input asks for, ready to be put into the request.
 *
 * @throws Error when it cannot be minted
 */
export async function presentToken(input: TokenInput): Promise<PresentedToken> {
  const { place } = input
  const name = input.name ?? (place === 'header' ? 'authorization' : 'token')
  if (input.raw !== undefined) return { kind: 'raw', value: input.raw, place, name }
  const token = input.mint === undefined ? input.value : await mintToken(input.mint)
  const kind = input.mint === undefined ? 'given' : kindOf(input.mint)
  const text = token?.reveal() ?? ''
  return { kind, value: new Secret(place === 'header' ? `${input.scheme} ${text}` : text), place, name }
}

/** Characters of a header name or a query key (RFC 9110 §5.6.2). */
const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const mintInput = z
  .strictObject({
    secret: credential()
      .optional()
      .describe('the key to sign with; not needed for `algorithm: none` and `tamper: signature`'),
    algorithm: z.enum(['HS256', 'none']).default('HS256').describe('`none` leaves the token unsigned'),
    claims: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('its claims; a numeric `iat` or `exp` here overrides those below'),
    'issued-ago': durationInput()
      .optional()
      .describe('how long ago it was issued (`iat`); default 1m; for an expired token one hour before it expired'),
    'expires-in': durationInput().optional().describe('how long it stays valid (`exp`); default 5m'),
    'expired-ago': durationInput()
      .optional()
      .describe('how long ago it expired; use more than the clock tolerance of the peer'),
    tamper: z.enum(['none', 'signature']).default('none').describe('`signature` signs it with another, random key'),
  })
  .refine((mint) => mint['expires-in'] === undefined || mint['expired-ago'] === undefined, {
    error: 'give expires-in or expired-ago, not both',
  })
  .refine((mint) => mint.secret !== undefined || mint.algorithm === 'none' || mint.tamper === 'signature', {
    error: 'a secret to sign with is missing',
    path: ['secret'],
  })

/**
 * The token that a connection presents: one that is given, one minted for the occasion, or a header that is not a
 * token.
 */
export const tokenInput = () =>
  z
    .strictObject({
      place: z.enum(['header', 'query']).default('header').describe('its place in the request'),
      name: z
        .string()
        .regex(fieldName)
        .optional()
        .describe('name of the header or query key; default `authorization` or `token`'),
      scheme: z.string().regex(fieldName).default('Bearer').describe('the word before it in a header'),
      value: credential().optional().describe('the token itself'),
      raw: credential()
        .optional()
        .describe('the whole value of the header or query key, unchanged, for malformed ones'),
      mint: mintInput.optional().describe('a JSON Web Token made when the attempt starts'),
    })
    .refine((token) => [token.value, token.raw, token.mint].filter((given) => given !== undefined).length === 1, {
      error: 'give exactly one of value, raw, mint',
    })

type TokenInput = z.output<ReturnType<typeof tokenInput>>

type MintInput = z.output<typeof mintInput>
