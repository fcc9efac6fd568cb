import { describe, expect, it } from 'vitest'
import { commitSubject, isSubject, parseSubject, subjectText } from '../../../src/attestation/statement/statement.js'

const digest = '0f'.repeat(32)

describe('a subject', () => {
  it.each([`registry.example:5000/team/bus@sha256:${digest}`, `sha256:${digest}`, `a@b@sha256:${digest}`])(
    'is read and written the same: %s',
    (text) => {
      expect(subjectText(parseSubject(text)!)).toBe(text)
    },
  )

  it.each([
    '',
    'bus',
    'bus:latest',
    `bus@sha256:${digest.slice(1)}`,
    `bus@sha256:${digest}0`,
    `bus@sha256:${digest.toUpperCase()}`,
    `bus@sha512:${digest}`,
    `@sha256:${digest}`,
    ` sha256:${digest}`,
  ])('is not %j', (text) => {
    expect(parseSubject(text)).toBeUndefined()
  })

  it('is a commit by its whole id only', () => {
    expect(
      [commitSubject('a'.repeat(40)), commitSubject('a'.repeat(64))].every((subject) => subject !== undefined),
    ).toBe(true)
    expect(['', 'a'.repeat(39), 'A'.repeat(40), 'main', 'a'.repeat(41)].map(commitSubject)).toEqual(
      Array.from({ length: 5 }),
    )
  })

  it('of one kind is never one of the other, whatever its digits', () => {
    expect(isSubject({ digest: { gitCommit: digest } }, { digest: { sha256: digest } })).toBe(false)
    expect(isSubject({ digest: { sha256: digest } }, { digest: { gitCommit: digest } })).toBe(false)
  })

  it('is wanted by its digest, and by its name where one is wanted', () => {
    const attested = parseSubject(`bus@sha256:${digest}`)!
    expect(
      ['sha256:', 'bus@sha256:', 'shield@sha256:'].map((start) => isSubject(parseSubject(start + digest)!, attested)),
    ).toEqual([true, true, false])
    expect(isSubject(parseSubject(`bus@sha256:${digest}`)!, parseSubject(`sha256:${digest}`)!)).toBe(false)
  })
})
