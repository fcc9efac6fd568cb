import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { mintToken, presentToken, tokenInput } from '../../../src/net/http/token.js'

type Mint = NonNullable<z.input<ReturnType<typeof tokenInput>>['mint']>
const now = 1_800_000_000

const mint = async (input: Mint): Promise<string> => {
  const token = tokenInput().parse({ mint: input })
  return token.mint === undefined ? '' : (await mintToken(token.mint, now)).reveal()
}
const partsOf = (token: string) =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>)

describe('minting a token', () => {
  it("agrees with the contract's vector", async () => {
    const claims = { sub: 'preflight', tenant_id: 'preflight', iat: 1_767_225_600, exp: 1_767_229_200 }
    expect(await mint({ secret: '0123456789abcdef0123456789abcdef', claims })).toBe(
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJwcmVmbGlnaHQiLCJ0ZW5hbnRfaWQiOiJwcmVmbGlnaHQiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMH0.AHUbTWRPS8-oOze2jSinhCGK0bG8GI-Y-Al5yPx3kSQ',
    )
  })

  it('is issued a minute back and valid for five', async () => {
    expect(partsOf(await mint({ secret: 's', claims: { sub: 'x' } }))).toEqual([
      { alg: 'HS256', typ: 'JWT' },
      { sub: 'x', iat: now - 60, exp: now + 300 },
    ])
    expect(partsOf(await mint({ secret: 's', 'issued-ago': '2m', 'expires-in': '1h' }))[1]).toEqual({
      iat: now - 120,
      exp: now + 3600,
    })
  })

  it('an expired one was issued before it expired', async () => {
    expect(partsOf(await mint({ secret: 's', 'expired-ago': '5m' }))[1]).toEqual({ iat: now - 3900, exp: now - 300 })
    expect(partsOf(await mint({ secret: 's', 'expired-ago': '5m', 'issued-ago': '1h' }))[1]).toEqual({
      iat: now - 3600,
      exp: now - 300,
    })
  })

  it('a forged one differs in its signature alone, and never twice the same', async () => {
    const claims = { sub: 'x' }
    const [honest, forged, again] = await Promise.all([
      mint({ secret: 's', claims }),
      mint({ secret: 's', claims, tamper: 'signature' }),
      mint({ claims, tamper: 'signature' }),
    ])
    expect(forged.split('.').slice(0, 2)).toEqual(honest.split('.').slice(0, 2))
    expect(new Set([honest, forged, again]).size).toBe(3)
  })

  it('an unsigned one says so', async () => {
    const token = await mint({ algorithm: 'none' })
    expect(partsOf(token)[0]).toEqual({ alg: 'none' })
    expect(token.endsWith('.')).toBe(true)
  })

  it('takes the bytes of the secret as they are, blanks included', async () => {
    expect(await mint({ secret: ' s ' })).not.toBe(await mint({ secret: 's' }))
    await expect(mint({ secret: '' })).rejects.toThrow('empty')
  })
})

describe('presenting a token', () => {
  it.each([
    [{ value: 'abc' }, { place: 'header', name: 'authorization', kind: 'given' }, 'Bearer abc'],
    [{ value: 'abc', scheme: 'bearer', name: 'X-Token' }, { name: 'X-Token', kind: 'given' }, 'bearer abc'],
    [{ value: 'abc', place: 'query' as const }, { place: 'query', name: 'token', kind: 'given' }, 'abc'],
    [{ raw: 'abc' }, { name: 'authorization', kind: 'raw' }, 'abc'],
  ])('%j', async (input, expected, value) => {
    const presented = await presentToken(tokenInput().parse(input))
    expect(presented).toMatchObject(expected)
    expect(presented.value.reveal()).toBe(value)
    expect(JSON.stringify(presented)).not.toContain('abc')
  })
})
