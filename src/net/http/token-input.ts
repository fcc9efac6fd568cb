import { z } from 'zod'
import { credential } from '../credential.js'
import { durationInput } from '../duration-input.js'

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
      .describe('its claims; a numeric `iat` or `exp` here wins over those below'),
    'issued-ago': durationInput()
      .optional()
      .describe('how long ago it was issued (`iat`); 1m by default, for an expired token an hour before it expired'),
    'expires-in': durationInput().optional().describe('how long it stays valid (`exp`); 5m by default'),
    'expired-ago': durationInput()
      .optional()
      .describe("how long ago it expired; let it be more than the peer's leeway for clocks"),
    tamper: z.enum(['none', 'signature']).default('none').describe('`signature` signs it with a random other key'),
  })
  .refine((mint) => mint['expires-in'] === undefined || mint['expired-ago'] === undefined, {
    error: 'give expires-in or expired-ago, not both',
  })
  .refine((mint) => mint.secret !== undefined || mint.algorithm === 'none' || mint.tamper === 'signature', {
    error: 'a secret to sign with is missing',
    path: ['secret'],
  })

/**
 * The token that a connection presents: one that is given, one minted for the occasion, or a header that is no token.
 */
export const tokenInput = () =>
  z
    .strictObject({
      place: z.enum(['header', 'query']).default('header').describe('where it stands in the request'),
      name: z
        .string()
        .regex(fieldName)
        .optional()
        .describe('of the header or query key; `authorization` or `token` by default'),
      scheme: z.string().regex(fieldName).default('Bearer').describe('what stands before it in a header'),
      value: credential().optional().describe('the token itself'),
      raw: credential().optional().describe('the whole value of the header or query key as it is, for malformed ones'),
      mint: mintInput.optional().describe('a JSON Web Token made when the attempt starts'),
    })
    .refine((token) => [token.value, token.raw, token.mint].filter((given) => given !== undefined).length === 1, {
      error: 'give exactly one of value, raw, mint',
    })

export type TokenInput = z.output<ReturnType<typeof tokenInput>>
export type MintInput = z.output<typeof mintInput>
