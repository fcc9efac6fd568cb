import { mintToken, mintUnsignedToken } from '../../sandbox/token/hs256.js'

const now = (): number => Math.floor(Date.now() / 1000)
const claims = (lifetimeSeconds: number): Record<string, unknown> => ({
  sub: 'preflight',
  tenant_id: 'preflight',
  iat: now() - 600,
  exp: now() + lifetimeSeconds,
})

/** Tokens as a probe would present them, good and bad. */
export function tokensOf(secret: string): Readonly<Record<'valid' | 'expired' | 'forged' | 'unsigned', string>> {
  return {
    valid: mintToken(claims(300), secret),
    expired: mintToken(claims(-300), secret),
    forged: mintToken(claims(300), `${secret}-not`),
    unsigned: mintUnsignedToken(claims(300)),
  }
}

export function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` }
}
