import { describe, expect, it } from 'vitest'
import { compareExpectations } from '../../../src/attestation/statement/compare-expectations.js'
import type { Comparison, ExpectedSigners, Expectations } from '../../../src/attestation/statement/demands.js'
import { statementSchema, type PreflightRun } from '../../../src/attestation/statement/statement.js'
import { checkResult } from '../../incidents/documents.js'
import { attestable, stated } from './documents.js'

/** A statement of the version before: it has no `waivers`, `selection` and `context`. */
function before(
  run = stated(attestable([checkResult('a/b/c'), checkResult('a/b/w', { status: 'waived' })])).predicate.preflightRun,
): PreflightRun {
  const { waivers, selection, context, ...rest } = run
  expect([waivers?.length, selection === undefined, context]).toEqual([1, false, undefined])
  return rest
}

const of = (run: PreflightRun, expected: Expectations): readonly string[] =>
  compareExpectations(run, expected).map((comparison: Comparison) =>
    comparison.state === 'same' ? `${comparison.what}: same` : comparison.message,
  )

describe('a statement of the version before', () => {
  it('is still one', () => {
    const statement = stated(attestable())
    expect(
      statementSchema.safeParse({
        ...statement,
        predicate: {
          ...statement.predicate,
          preflightRun: before(
            stated(attestable([checkResult('a/b/c'), checkResult('a/b/w', { status: 'waived' })])).predicate
              .preflightRun,
          ),
        },
      }).success,
    ).toBe(true)
  })

  it('says what was not compared', () => {
    expect(of(before(), {})).toEqual([
      'deployment: not compared, none was given (--deployment NAME); attested eu-west',
      'environment: not compared, the attestation is from an older version and does not contain it',
      'inputs: not compared, the attestation is from an older version and does not contain it',
      'waivers: not compared, any counts (--no-waivers, --waivers-signed-by NAME); attested a/b/w',
      'addresses: not compared, the attestation is from an older version and does not contain it',
    ])
  })

  it('cannot be compared where something of it is expected, and still names a waived check', () => {
    const comparisons = compareExpectations(before(), {
      deployment: 'eu-west',
      environment: { keyId: 'k', hmac: 'h', variables: new Map(), shown: () => undefined },
      inputs: [{ name: 'a', value: 'b', shown: 'b' }],
      waivers: { signedBy: ['a'] },
      addresses: ['a:1'],
    })
    expect(
      comparisons.map((comparison) => (comparison.state === 'not-compared' ? comparison.isExpected : comparison.state)),
    ).toEqual(['same', true, true, true, true])
    expect(of(before(), { waivers: 'none' })[3]).toBe('waivers: expected none, attested a/b/w')
  })
})

describe('the signer of a waiver', () => {
  const signed = (signer?: { principal: string; key: string }) => {
    const waiver = {
      reason: 'r',
      owner: 'o',
      ticket: 't',
      expires: '2026-02-01',
      daysLeft: 1,
      ...(signer === undefined ? {} : { signer }),
    }
    return stated(attestable([checkResult('a/b/c'), checkResult('a/b/w', { status: 'waived', waiver })])).predicate
      .preflightRun
  }
  const keysOf = new Map(
    Object.entries({ 'alice@example.org': new Set(['SHA256:abc']), bob: new Set(['SHA256:other']) }),
  )
  const waivers = (run: PreflightRun, expected: ExpectedSigners): string =>
    compareExpectations(run, { waivers: expected }).find(({ what }) => what === 'waivers')!.state

  it.each<[string, string, ExpectedSigners, Comparison['state']]>([
    [
      'by a name to which a trusted file gives the key',
      'alice@example.org',
      { signedBy: ['bob', 'alice@example.org'], keysOf },
      'same',
    ],
    [
      'by the key that a trusted file gives to the name, whatever the attestation calls it',
      'mallory',
      { signedBy: ['alice@example.org'], keysOf },
      'same',
    ],
    ['by the fingerprint of the key', 'alice', { signedBy: ['SHA256:abc'] }, 'same'],
    ['by the fingerprint of the key, beside a name', 'alice', { signedBy: ['bob', 'SHA256:abc'] }, 'same'],
    ['not by a name to which a trusted file gives another key', 'bob', { signedBy: ['bob'], keysOf }, 'different'],
    ['not by a name that a trusted file does not hold', 'carol', { signedBy: ['carol'], keysOf }, 'different'],
    [
      'not by the name alone, which the attestation chose',
      'alice, release@example.org',
      { signedBy: ['release@example.org'] },
      'not-compared',
    ],
    ['not by a part of the name', 'alice@example.org', { signedBy: ['alice'] }, 'different'],
    ['not by another name', 'alice', { signedBy: ['bob'] }, 'different'],
    ['not by another key', 'SHA256:other', { signedBy: ['SHA256:other'] }, 'not-compared'],
  ])('is known %s', (_, principal, expected, state) => {
    expect(waivers(signed({ principal, key: 'SHA256:abc' }), expected)).toBe(state)
  })

  it('is no one where the file was not signed, and that is not enough', () => {
    expect(waivers(signed(), { signedBy: ['alice'] })).toBe('different')
  })
})
