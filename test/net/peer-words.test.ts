import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/redaction/secret-value.js'
import { peerWords } from '../../src/net/refusal.js'

describe('peerWords', () => {
  it('puts them on one line of 300 characters at most', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), (text) => {
        const words = peerWords(text)
        expect(words.length).toBeLessThanOrEqual(300)
        expect(words).not.toMatch(/[\r\n\t]/)
      }),
    )
  })

  it('takes what was sent out before it cuts', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 4, maxLength: 30 }).filter((secret) => !'[redacted] …'.includes(secret)),
        fc.nat(400),
        (secret, before) => {
          fc.pre(!`${'.'.repeat(10)}[redacted]…`.includes(secret) && !/^\.+$/.test(secret))
          const words = peerWords(`${'.'.repeat(before)}${secret}`, [new Secret(secret), undefined])
          expect(words).not.toContain(secret)
        },
      ),
    )
  })

  it('does not take single letters out of words', () => {
    expect(peerWords('wrong password', [new Secret('o')])).toBe('wrong password')
  })
})
