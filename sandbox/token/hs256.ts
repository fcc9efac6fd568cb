import { createHmac, timingSafeEqual } from 'node:crypto'

type Claims = Readonly<Record<string, unknown>>

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part), 'utf8').toString('base64url')
}

function signature(signingInput: string, secret: string): Buffer {
  return createHmac('sha256', Buffer.from(secret, 'utf8')).update(signingInput).digest()
}

/** A JWT signed with HS256 (RFC 7519, RFC 7518 §3.2) under the secret's UTF-8 bytes. */
export function mintToken(claims: Claims, secret: string): string {
  const signingInput = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${signingInput}.${signature(signingInput, secret).toString('base64url')}`
}

/** An unsigned JWT: alg `none` and an empty signature (RFC 7519 §6). */
export function mintUnsignedToken(claims: Claims): string {
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`
}

interface ParsedToken {
  readonly algorithm: string
  readonly claims: Claims
  readonly hasValidSignature: (secret: string) => boolean
}

function parseObject(segment: string): Record<string, unknown> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(segment)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** A JWT in compact form taken apart, nothing of it verified; undefined when it is not one. */
export function parseToken(token: string): ParsedToken | undefined {
  const [header = '', payload = '', mac, ...surplus] = token.split('.')
  if (mac === undefined || surplus.length > 0) return undefined
  const parsedHeader = parseObject(header)
  const claims = parseObject(payload)
  if (parsedHeader === undefined || claims === undefined) return undefined
  const algorithm = parsedHeader['alg']
  return {
    algorithm: typeof algorithm === 'string' ? algorithm : '',
    claims,
    hasValidSignature(secret) {
      const given = Buffer.from(mac, 'base64url')
      const expected = signature(`${header}.${payload}`, secret)
      return given.length === expected.length && given.toString('base64url') === mac && timingSafeEqual(given, expected)
    },
  }
}
