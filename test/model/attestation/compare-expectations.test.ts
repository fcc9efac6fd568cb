import { describe, expect, it } from 'vitest'
import { compareExpectations } from '../../../src/model/attestation/compare-expectations.js'
import type { Comparison, Expectations } from '../../../src/model/attestation/expectations.js'
import { statementSchema, type PreflightRun } from '../../../src/model/attestation/statement.js'
import { checkResult } from '../incident/documents.js'
import { attestable, stated } from './documents.js'

/** A statement of the version before: it has no `waivers`, `selection` and `context`. */
function before(run = stated(attestable([checkResult('a/b/c'), checkResult('a/b/w', { status: 'waived' })])).predicate.preflightRun): PreflightRun {
  const { waivers, selection, context, ...rest } = run
  expect([waivers?.length, selection === undefined, context]).toEqual([1, false, undefined])
  return rest
}

const of = (run: PreflightRun, expected: Expectations): readonly string[] => compareExpectations(run, expected).map((comparison: Comparison) => (comparison.state === 'same' ? `${comparison.what}: same` : comparison.message))

describe('a statement of the version before', () => {
  it('is still one', () => {
    const statement = stated(attestable())
    expect(statementSchema.safeParse({ ...statement, predicate: { ...statement.predicate, preflightRun: before(stated(attestable([checkResult('a/b/c'), checkResult('a/b/w', { status: 'waived' })])).predicate.preflightRun) } }).success).toBe(true)
  })

  it('is told what it does not say', () => {
    expect(of(before(), {})).toEqual([
      'deployment: not compared, none was given (--deployment NAME); attested eu-west',
      'environment: not compared, the attestation is of an older version and does not say',
      'inputs: not compared, the attestation is of an older version and does not say',
      'waivers: not compared, any counts (--no-waivers, --waivers-signed-by NAME); attested a/b/w',
      'addresses: not compared, the attestation is of an older version and does not say',
    ])
  })

  it('cannot be compared where something of it is expected, and names a waived check all the same', () => {
    const comparisons = compareExpectations(before(), { deployment: 'eu-west', environment: { keyId: 'k', hmac: 'h', variables: new Map(), shown: () => undefined }, inputs: [{ name: 'a', value: 'b', shown: 'b' }], waivers: { signedBy: ['a'] }, addresses: ['a:1'] })
    expect(comparisons.map((comparison) => (comparison.state === 'not-compared' ? comparison.isExpected : comparison.state))).toEqual(['same', true, true, true, true])
    expect(of(before(), { waivers: 'none' })[3]).toBe('waivers: expected none, attested a/b/w')
  })
})

describe('the signer of a waiver', () => {
  const signed = (signer?: { principal: string; key: string }) => {
    const waiver = { reason: 'r', owner: 'o', ticket: 't', expires: '2026-02-01', daysLeft: 1, ...(signer === undefined ? {} : { signer }) }
    return stated(attestable([checkResult('a/b/c'), checkResult('a/b/w', { status: 'waived', waiver })])).predicate.preflightRun
  }
  const waivers = (run: PreflightRun, ...signedBy: readonly string[]): string => compareExpectations(run, { waivers: { signedBy } }).find(({ what }) => what === 'waivers')!.state

  it.each<[string, string, readonly string[], 'same' | 'different']>([
    ['by the name of the signers file', 'alice@example.org', ['bob', 'alice@example.org'], 'same'],
    ['by one of several names', 'alice, release@example.org', ['release@example.org'], 'same'],
    ['by the fingerprint of the key', 'alice', ['SHA256:abc'], 'same'],
    ['not by a part of the name', 'alice@example.org', ['alice'], 'different'],
    ['not by another name', 'alice', ['bob'], 'different'],
  ])('is known %s', (_, principal, names, state) => {
    expect(waivers(signed({ principal, key: 'SHA256:abc' }), ...names)).toBe(state)
  })

  it('is nobody where the file was not signed, and that is not enough', () => {
    expect(waivers(signed(), 'alice')).toBe('different')
  })
})
