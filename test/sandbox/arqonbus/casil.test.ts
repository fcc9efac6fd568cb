import { describe, expect, it } from 'vitest'
import { inspect, readCasilPolicy, reloadedPolicy } from '../../../sandbox/arqonbus/casil.js'

const policy = readCasilPolicy({
  ARQONBUS_CASIL_ENABLED: 'true',
  ARQONBUS_CASIL_MODE: 'enforce',
  ARQONBUS_CASIL_REDACTION_PATTERNS: 'token, secret',
})

describe('the policy', () => {
  it('is what the environment says', () => {
    expect(policy).toMatchObject({
      enabled: true,
      mode: 'enforce',
      max_payload_bytes: 262_144,
      redaction_patterns: ['token', 'secret'],
    })
  })

  it('takes what a reload names and keeps the rest', () => {
    expect(reloadedPolicy(policy, { mode: 'Monitor ', max_payload_bytes: 5000, unknown: 1 })).toEqual({
      ...policy,
      mode: 'monitor',
      max_payload_bytes: 5000,
    })
    expect(reloadedPolicy(policy, { ...policy })).toEqual(policy)
  })

  it.each([
    { mode: 'off' },
    { default_decision: 'maybe' },
    { max_payload_bytes: 0 },
    { max_patterns: 1.5 },
    { enabled: 'true' },
    { redaction_patterns: 'token' },
  ])('refuses %j', (args) => {
    expect(() => reloadedPolicy(policy, args)).toThrow()
  })

  it('blocks only where it enforces', () => {
    const frame = Buffer.from('{"api_key":"0123456789"}')
    expect(inspect(frame, policy)).toBe('CASIL_POLICY_BLOCKED_SECRET')
    expect(inspect(frame, { ...policy, max_payload_bytes: 4 })).toBe('CASIL_POLICY_OVERSIZE')
    expect(inspect(frame, { ...policy, block_on_probable_secret: false })).toBeUndefined()
    expect(inspect(frame, { ...policy, mode: 'monitor' })).toBeUndefined()
  })
})
