import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { knownSecretMatcher, searchForms } from '../../src/secret-strength/index.js'

const secret = 'Tq7-vB2_xN9.kL4pRw8sZy3HcJ6mD1gF'

describe('a list of leaked secrets', () => {
  it.each([
    ['as it is', secret],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
  ])('holds the secret that is used %s', (_, used) => {
    expect(knownSecretMatcher(used).matches(secret)).toBe(true)
    expect(knownSecretMatcher(used).matches(`${secret}\r`)).toBe(true)
  })

  it('matches no other line of 100,000', () => {
    const matcher = knownSecretMatcher(secret)
    const lines = Array.from({ length: 100_000 }, (_, index) =>
      createHash('sha256').update(String(index)).digest('base64url'),
    )
    expect(lines.filter((line) => matcher.matches(line))).toEqual([])
  })
})

describe('the forms to look for in a repository', () => {
  it('hold the secret literally, in base64 and in hexadecimal', () => {
    const key = randomBytes(32).toString('base64url')
    const forms = searchForms(key)
    const files = [
      `JWT_SECRET=${key}\n`,
      Buffer.from(`JWT_SECRET=${key}\n`).toString('base64'),
      Buffer.from(key).toString('hex'),
    ].map((text) => Buffer.from(text))
    for (const file of files)
      expect(
        forms.some(({ bytes }) => file.includes(bytes)),
        file.toString(),
      ).toBe(true)
    expect(
      forms.some(({ bytes }) => Buffer.from(`JWT_SECRET=${randomBytes(32).toString('base64url')}`).includes(bytes)),
    ).toBe(false)
  })
})
