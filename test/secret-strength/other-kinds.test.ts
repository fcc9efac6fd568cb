import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { assessSecret, type ReasonCode } from '../../src/secret-strength/index.js'
import { characters } from '../fixtures/strength/generators.js'
import { freshSource } from '../fixtures/strength/random-source.js'
import { sourceTexts } from '../fixtures/strength/source-text.js'
import { isRejectedForContent, siteContext } from '../fixtures/strength/verdict.js'

const alphanumerics = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const key = (bytes = 32): string => freshSource(bytes).toString('base64url')

/** A field of an SSH key (RFC 4251 §5): its length in four bytes, then its bytes. */
function field(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function sshKey(kind: string, ...fields: readonly (Buffer | string)[]): Buffer {
  return Buffer.concat([kind, ...fields].map(field))
}

const positive = (bytes: number): Buffer => Buffer.concat([Buffer.from([0, 0x80]), freshSource(bytes - 1)])
const point = (bytes: number): Buffer => Buffer.concat([Buffer.from([4]), freshSource(2 * bytes)])
const exponent = Buffer.from([1, 0, 1])

/**
 * SSH keys of every kind (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4, OpenSSH's PROTOCOL.u2f and PROTOCOL.certkeys),
 * fresh ones.
 */
function sshKeys(): readonly (readonly [string, Buffer])[] {
  const modulus = Buffer.from(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }).n!,
    'base64url',
  )
  return [
    ['ssh-rsa', sshKey('ssh-rsa', exponent, Buffer.concat([Buffer.from([0]), modulus]))],
    ['ssh-rsa', sshKey('ssh-rsa', exponent, positive(384))],
    ['ssh-rsa', sshKey('ssh-rsa', exponent, positive(512))],
    ['ssh-dss', sshKey('ssh-dss', positive(128), positive(20), positive(128), positive(128))],
    ['ssh-ed25519', sshKey('ssh-ed25519', freshSource(32))],
    ['ssh-ed25519', sshKey('ssh-ed25519', freshSource(32))],
    ['ssh-ed448', sshKey('ssh-ed448', freshSource(57))],
    ...(
      [
        ['nistp256', 32],
        ['nistp384', 48],
        ['nistp521', 66],
      ] as const
    ).map(([curve, size]) => [`ecdsa-sha2-${curve}`, sshKey(`ecdsa-sha2-${curve}`, curve, point(size))] as const),
    ['sk-ssh-ed25519@openssh.com', sshKey('sk-ssh-ed25519@openssh.com', freshSource(32), 'ssh:')],
    ['sk-ecdsa-sha2-nistp256@openssh.com', sshKey('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', point(32), 'ssh:')],
    ['ssh-ed25519-cert-v01@openssh.com', sshKey('ssh-ed25519-cert-v01@openssh.com', freshSource(32), freshSource(32))],
    ['ssh-rsa-cert-v01@openssh.com', sshKey('ssh-rsa-cert-v01@openssh.com', freshSource(32), exponent, positive(256))],
  ]
}

/** A key as it is pasted: its body alone, a whole line of a file, cut off, encoded once more. */
function pasted([kind, body]: readonly [string, Buffer]): readonly string[] {
  const text = body.toString('base64')
  return [
    text,
    `${kind} ${text}`,
    `${kind} ${text} deploy@bus`,
    `restrict,port-forwarding ${kind} ${text}`,
    `bus.example ${kind} ${text}`,
    text.slice(0, 64),
    text.replace(/=+$/, ''),
    body.toString('base64url'),
    body.toString('hex'),
    Buffer.from(text).toString('base64'),
    `SHIELD_JWT_SECRET=${text}`,
  ]
}

function documents(): readonly string[] {
  const values = [
    key(),
    key(48),
    freshSource(32).toString('hex'),
    freshSource(32).toString('base64'),
    characters(freshSource, alphanumerics, 48),
  ]
  return values.flatMap((value) => [
    JSON.stringify({ k: value }),
    JSON.stringify({ k: value }, null, 2),
    `${JSON.stringify({ key: value })}\n`,
    JSON.stringify({ data: { data: { jwt: value }, metadata: { version: 3 } } }),
    JSON.stringify({ secret: value, kid: '2026-01' }),
    JSON.stringify({ 'jwt-secret': value }),
    JSON.stringify({ Name: 'bus', SecretString: value }),
    JSON.stringify(JSON.stringify({ k: value })).slice(1, -1),
    Buffer.from(JSON.stringify({ k: value })).toString('base64'),
    `{'k': '${value}'}`,
    `{k: '${value}'}`,
    `{ secret: "${value}" }`,
  ])
}

function webKeys(): readonly string[] {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keys = [
    { kty: 'oct', k: key() },
    { kty: 'oct', k: key(64), alg: 'HS512', use: 'sig' },
    { alg: 'HS256', k: key(), kty: 'oct', kid: 'a' },
    publicKey.export({ format: 'jwk' }),
    privateKey.export({ format: 'jwk' }),
  ]
  return keys.flatMap((each) => [
    JSON.stringify(each),
    JSON.stringify(each, null, 2),
    JSON.stringify({ keys: [each] }),
    JSON.stringify([each]),
    Buffer.from(JSON.stringify(each)).toString('base64'),
    Buffer.from(JSON.stringify(each)).toString('base64url'),
  ])
}

function refused(reason: ReasonCode, texts: readonly string[]): void {
  const passed = texts.filter((text) => {
    const assessment = assessSecret(text, siteContext)
    return !isRejectedForContent(assessment) || !assessment.reasons.includes(reason)
  })
  expect(passed).toEqual([])
}

describe('what is not a shared secret is refused by its kind', () => {
  it('an SSH key, of every kind and however it was pasted', () => {
    const texts = sshKeys().flatMap(pasted)
    expect(texts.length).toBeGreaterThanOrEqual(150)
    refused('ssh-key', texts)
  })

  it('the body of a private SSH key', () => {
    const body = Buffer.concat([Buffer.from('openssh-key-v1\0'), field('none'), field('none'), freshSource(96)])
    refused('ssh-key', [body.toString('base64'), body.toString('hex')])
  })

  it('a JSON object around a key, and what prints like one', () => {
    const texts = documents()
    expect(texts.length).toBeGreaterThanOrEqual(60)
    refused('json-object', texts)
  })

  it('a JSON Web Key and a set of them', () => {
    refused('jwk', webKeys())
  })

  it('source text that would make a key', () => {
    expect(sourceTexts.length).toBeGreaterThanOrEqual(130)
    const others = sourceTexts.filter((text) => !isRejectedForContent(assessSecret(text, siteContext)))
    expect(others).toEqual([])
    // Two of the lines are made of words alone, and are reported as that.
    const unnamed = sourceTexts.filter(
      (text) => !assessSecret(text, siteContext).reasons.includes('unresolved-reference'),
    )
    expect(unnamed).toEqual([
      'pass show arqonbus/production/jwt-secret',
      'bundle exec rails secret RAILS_ENV=production',
    ])
  })

  it('source text in quotes, with a name before it, in base64', () => {
    const texts = sourceTexts.filter((text) => !text.includes('"') && text.length > 20).slice(0, 60)
    for (const wrap of [
      (text: string) => `"${text}"`,
      (text: string) => `SHIELD_JWT_SECRET=${text}`,
      (text: string) => Buffer.from(text).toString('base64'),
    ]) {
      expect(texts.map(wrap).filter((text) => !isRejectedForContent(assessSecret(text, siteContext)))).toEqual([])
    }
  })
})

describe('what only looks so is let pass', () => {
  it.each([
    [
      'words of a list that are names of programs too',
      'cat docker garden purple monkey window candle marble node rocket silver',
    ],
    [
      'words with a pipe between',
      'garden | purple | monkey | window | candle | marble | rocket | silver | tunnel | walnut',
    ],
    ['a random key in braces', `{${characters(freshSource, alphanumerics, 46)}}`],
    ['a random key that begins as the base64 of small numbers', `AAAA${key()}`],
  ])('%s', (_, secret) => {
    expect(assessSecret(secret, siteContext).reasons).toEqual([])
  })
})
