import { parseToken } from '../token/hs256.js'
import type { ShieldMisbehaviour } from './misbehaviour.js'

type Admission =
  { readonly isAdmitted: true; readonly tenant: string } | { readonly isAdmitted: false; readonly details: string }

const leewaySeconds = 60
const missing: Admission = { isAdmitted: false, details: 'Missing Authorization header' }
const malformed: Admission = { isAdmitted: false, details: 'Authorization header is not Bearer token format' }
const undecodable: Admission = { isAdmitted: false, details: 'JWT decode failed' }

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0

/** HS256 alone, all four claims, exp with the library's leeway, iat required but not compared with the clock. */
function judge(token: string, secret: string, misbehaviour: ShieldMisbehaviour): Admission {
  const parsed = parseToken(token)
  if (parsed === undefined) return undecodable
  const isUnsigned = parsed.algorithm.toLowerCase() === 'none'
  if (isUnsigned ? !misbehaviour.acceptsUnsigned : parsed.algorithm !== 'HS256') return undecodable
  if (!isUnsigned && !misbehaviour.acceptsForged && !parsed.hasValidSignature(secret)) return undecodable
  const { sub, tenant_id: tenant, exp, iat } = parsed.claims
  if (typeof sub !== 'string' || typeof tenant !== 'string' || !isCount(exp) || !isCount(iat)) return undecodable
  if (exp < Date.now() / 1000 - leewaySeconds && !misbehaviour.acceptsExpired) return undecodable
  return { isAdmitted: true, tenant }
}

/** The tenant a token names, believed without any proof. */
function claimedTenant(authorization: string | undefined): string {
  const tenant = parseToken(authorization?.split(' ').at(-1) ?? '')?.claims['tenant_id']
  return typeof tenant === 'string' ? tenant : 'anonymous'
}

/** Whether Shield lets an upgrade in. `Bearer` counts in this very case; there is no query token. */
export function admit(authorization: string | undefined, secret: string, misbehaviour: ShieldMisbehaviour): Admission {
  if (misbehaviour.authentication === 'off') return { isAdmitted: true, tenant: claimedTenant(authorization) }
  if (authorization === undefined) return missing
  if (authorization.startsWith('Bearer ')) return judge(authorization.slice('Bearer '.length), secret, misbehaviour)
  return misbehaviour.acceptsMalformedAuthorization
    ? { isAdmitted: true, tenant: claimedTenant(authorization) }
    : malformed
}
