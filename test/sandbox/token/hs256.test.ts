import fc from 'fast-check'
import { jwtVerify } from 'jose'
import { expect, it } from 'vitest'
import { mintToken, mintUnsignedToken, parseToken } from '../../../sandbox/token/hs256.js'

const secret = '0123456789abcdef0123456789abcdef'
const vector =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJwcmVmbGlnaHQiLCJ0ZW5hbnRfaWQiOiJwcmVmbGlnaHQiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMH0.AHUbTWRPS8-oOze2jSinhCGK0bG8GI-Y-Al5yPx3kSQ'
const claims = { sub: 'preflight', tenant_id: 'preflight', iat: 1_767_225_600, exp: 1_767_229_200 }

it('mints the vector of the contract', () => {
  expect(mintToken(claims, secret)).toBe(vector)
})

it('verifies the vector of the contract, and not under another secret', () => {
  const parsed = parseToken(vector)
  expect(parsed).toMatchObject({ algorithm: 'HS256', claims })
  expect(parsed?.hasValidSignature(secret)).toBe(true)
  expect(parsed?.hasValidSignature(`${secret}0`)).toBe(false)
})

it('mints what another implementation verifies', async () => {
  const now = Math.floor(Date.now() / 1000)
  const token = mintToken({ sub: 'a', iat: now, exp: now + 600 }, 'é'.repeat(40))
  await expect(jwtVerify(token, Buffer.from('é'.repeat(40), 'utf8'), { algorithms: ['HS256'] })).resolves.toMatchObject(
    { payload: { sub: 'a' } },
  )
})

it('sees every change of a single character', () => {
  fc.assert(
    fc.property(fc.nat(vector.length - 1), fc.constantFrom(...'ABCxyz019-_'), (position, character) => {
      const forged = vector.slice(0, position) + character + vector.slice(position + 1)
      fc.pre(forged !== vector)
      expect(parseToken(forged)?.hasValidSignature(secret) ?? false).toBe(false)
    }),
  )
})

it('marks an unsigned token as such', () => {
  expect(parseToken(mintUnsignedToken(claims))).toMatchObject({ algorithm: 'none', claims })
  expect(parseToken(mintUnsignedToken(claims))?.hasValidSignature(secret)).toBe(false)
})

it.each(['', 'a.b', 'a.b.c', 'a.b.c.d', '..', `${vector}.x`, 'W10.W10.x'])('takes %j for no token', (text) => {
  expect(parseToken(text)).toBeUndefined()
})
