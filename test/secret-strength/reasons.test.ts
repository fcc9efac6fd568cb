import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { assessSecret, reasonCodes, type ReasonCode, reasonTexts } from '../../src/secret-strength/index.js'
import { publishedKeys } from '../../src/secret-strength/words/published-keys.js'
import { seededSource } from '../fixtures/strength/random-source.js'
import { siteContext } from '../fixtures/strength/verdict.js'

const strong = seededSource('reasons')(32).toString('base64url')
const { publicKey } = generateKeyPairSync('ed25519')
const reasonsOf = (secret: string) => assessSecret(secret, siteContext).reasons

describe('each reason is given for what it says', () => {
  it.each<[ReasonCode, string]>([
    ['empty', '   '],
    ['surrounding-newlines', `${strong}\n`],
    ['surrounding-newlines', `\r\n ${strong}`],
    ['surrounding-newlines', `${strong}\u0085`],
    ['embedded-newline', `${strong}\n${strong}`],
    ['wrapping-quotes', `'${strong}'`],
    ['invisible-characters', `${strong}\u200b${strong}`],
    ['undecodable-characters', `${strong}\ufffd`],
    ['pem-key', publicKey.export({ type: 'spki', format: 'pem' }).toString().trim().replaceAll('\n', '\\n')],
    ['der-key', publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
    ['jwk', JSON.stringify({ kty: 'oct', k: strong })],
    ['ssh-key', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${strong}`],
    ['json-object', JSON.stringify({ version: 3, value: strong })],
    ['ssh-key', `AAAAC3NzaC1lZDI1NTE5AAAAI${strong}`],
    ['unresolved-reference', 'crypto.randomBytes(32).toString("base64")'],
    ['unresolved-reference', '$(openssl rand -base64 32)'],
    ['unresolved-reference', 'import secrets; print(secrets.token_urlsafe(32))'],
    ['jwt', `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJwIn0.${strong}`],
    ['password-hash', `$argon2id$v=19$m=65536,t=3,p=4$${strong}`],
    ['url-or-dsn', `redis://:${strong}@cache:6379/0`],
    ['unresolved-reference', '${JWT_SECRET_OF_THE_PRODUCTION_SYSTEM}'],
    ['missing-value', '[object Object]'],
    ['file-path', '/run/secrets/arqonbus-production-jwt-key'],
    ['placeholder', `Ch4nge_Me-${strong}`],
    ['digest-of-common-word', '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8'],
    ['uuid-not-random', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
    ['made-of-words', 'correct-horse-battery-staple-always'],
    ['repetition', 'Kx9#mQ2!Kx9#mQ2!Kx9#mQ2!Kx9#mQ2!'],
    ['sequence', 'abcdefghijklmnopqrstuvwxyz9876543210zyxwv'],
    ['keyboard-walk', 'rewqasdfcxzsawertgfvbnhytrfghjkiuyhnm'],
    ['dates-or-numbers', '2024-01-01-2024-12-31-2025-01-01'],
    ['well-known-constant', '3.14159265358979323846264338327950288'],
  ])('%s', (reason, secret) => {
    expect(reasonsOf(secret)).toContain(reason)
  })

  it('has a sentence for every code, and nothing is said of a strong key', () => {
    expect(Object.keys(reasonTexts).sort()).toEqual([...reasonCodes].sort())
    expect(reasonsOf(strong)).toEqual([])
  })

  it.each([' ', '\t', '\u00a0'])('is not for blanks around a strong key, which is used with them (%j)', (blank) => {
    expect(reasonsOf(`${blank}${strong}${blank}`)).toEqual([])
  })
})

describe('a published key is refused in any notation', () => {
  it.each(publishedKeys)('%s', (key) => {
    const notations = [
      key,
      Buffer.from(key).toString('base64'),
      Buffer.from(key).toString('base64url'),
      Buffer.from(key).toString('hex'),
      ` "${key}"`,
    ]
    for (const notation of notations) expect(reasonsOf(notation)).toContain('published-key')
  })

  it('and with something behind it', () => {
    expect(reasonsOf(`a-string-secret-at-least-256-bits-long-${strong}`)).toContain('published-key')
  })
})

describe('what only looks suspicious is let pass', () => {
  it.each([
    ['a label in front of a random key', `jwt-secret-${strong}`],
    ['the letters of a short word inside a random key', `${strong.slice(0, 20)}test${strong.slice(20)}`],
    ['a dollar sign and capitals inside a random key', `${strong.slice(0, 20)}$ABCD${strong.slice(20)}`],
  ])('%s', (_, secret) => {
    expect(reasonsOf(secret)).toEqual([])
  })

  it('a variable name in front, since the inside is strong', () => {
    expect(reasonsOf(`JWT_SECRET=${strong}`)).toEqual([])
  })
})

describe('the layer', () => {
  it.each([
    ['base64', Buffer.from('our company makes the best software').toString('base64')],
    ['hex', Buffer.from('our company makes the best software').toString('hex')],
    ['raw', 'our company makes the best software'],
    ['raw', strong],
  ])('is %s', (layer, secret) => {
    expect(assessSecret(secret, siteContext).layer).toBe(layer)
  })
})
