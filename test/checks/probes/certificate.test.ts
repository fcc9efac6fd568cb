import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/certificate.js'
import { datedCertificate } from '../../servers/dated-certificate.js'
import { observe } from './observe.js'

const folder = mkdtempSync(join(tmpdir(), 'preflight-certificate-'))
const at = (name: string): string => join(folder, name)
const openssl = (...words: readonly string[]): string =>
  execFileSync('openssl', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
const bundle = (name: string, ...parts: readonly string[]): void =>
  writeFileSync(at(name), parts.map((part) => readFileSync(at(part), 'utf8')).join(''))

/** An authority, an intermediate one, and what it issued, made by OpenSSL and not by code of ours. */
beforeAll(() => {
  const authority = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=keyCertSign']
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ed25519',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '400',
    '-subj',
    '/CN=Test Authority',
    ...authority,
  )
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ed25519',
    '-nodes',
    '-keyout',
    'other.key',
    '-out',
    'other.crt',
    '-days',
    '400',
    '-subj',
    '/CN=Test Authority',
    ...authority,
  )
  const issue = (
    name: string,
    subject: string,
    days: string,
    issuer: string,
    ...extensions: readonly string[]
  ): void => {
    openssl(
      'req',
      '-newkey',
      'ed25519',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      subject,
      ...extensions.flatMap((each) => ['-addext', each]),
    )
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      `${issuer}.crt`,
      '-CAkey',
      `${issuer}.key`,
      '-CAcreateserial',
      '-days',
      days,
      '-copy_extensions',
      'copy',
      '-out',
      `${name}.crt`,
    )
  }
  issue('between', '/CN=Test Intermediate', '20', 'ca', 'basicConstraints=critical,CA:TRUE')
  issue('server', '/CN=bus.example.org/O=Test', '90', 'between', 'subjectAltName=DNS:bus.example.org,IP:127.0.0.1')
  issue('named', '/CN=bus.example.org', '90', 'ca')
  issue('below', '/CN=below.example.org', '90', 'server')
  bundle('chain.pem', 'server.crt', 'between.crt')
  bundle('whole.pem', 'server.crt', 'between.crt', 'ca.crt')
  bundle('reversed.pem', 'between.crt', 'server.crt')
  bundle('below.pem', 'below.crt', 'server.crt', 'between.crt')
})

it('reads of a certificate what OpenSSL reads', async () => {
  const facts = await observe(probe, { path: at('server.crt') })
  const said = openssl('x509', '-in', 'server.crt', '-noout', '-fingerprint', '-sha256', '-enddate')
  expect(said.toLowerCase().replaceAll(':', '')).toContain(`fingerprint=${facts.fingerprint}`)
  expect(Date.parse(/notAfter=(.*)/.exec(said)![1]!)).toBe(Date.parse(facts.validTo))
  expect(facts).toMatchObject({
    exists: true,
    parsable: true,
    reason: '',
    count: 1,
    names: ['bus.example.org', '127.0.0.1'],
    isAuthority: false,
    selfSigned: false,
    started: true,
    daysLeft: 89,
    leastDaysLeft: 89,
    inOrder: true,
  })
  expect(facts.subject).toContain('CN=bus.example.org')
  expect(facts.issuer).toContain('CN=Test Intermediate')
})

it('looks at every certificate of a bundle', async () => {
  expect(await observe(probe, { path: at('whole.pem') })).toMatchObject({ count: 3, daysLeft: 89, leastDaysLeft: 19 })
  expect(await observe(probe, { path: at('reversed.pem') })).toMatchObject({
    count: 2,
    inOrder: false,
    isAuthority: true,
  })
})

describe('trust', () => {
  it.each([
    ['chain.pem', 'ca.crt', ''],
    ['whole.pem', 'ca.crt', ''],
    ['server.crt', 'between.crt', ''],
    ['server.crt', 'server.crt', ''],
    ['server.crt', 'ca.crt', 'the last certificate is neither trusted nor issued by one that is'],
    ['chain.pem', 'other.crt', 'the last certificate is neither trusted nor issued by one that is'],
    ['reversed.pem', 'ca.crt', 'the certificates are not in order, each issued by the next'],
    ['below.pem', 'ca.crt', 'the certificates are not in order, each issued by the next'],
    ['chain.pem', 'none.crt', 'the trust-file is missing'],
    ['chain.pem', 'server.key', 'the trust-file cannot be used: the file contains no PEM certificate'],
  ])('of %s by %s: %s', async (path, trust, reason) => {
    expect(await observe(probe, { path: at(path), 'trust-file': at(trust) })).toMatchObject({
      chainTrusted: reason === '',
      reason,
    })
  })

  it('ends when a certificate expires, and has not begun before it is valid', async () => {
    for (const [name, from, to] of [
      ['old', -20, -10],
      ['early', 10, 20],
    ] as const) {
      const { cert } = datedCertificate('bus.example.org', from, to)
      writeFileSync(at(`${name}.crt`), cert)
      expect(await observe(probe, { path: at(`${name}.crt`), 'trust-file': at(`${name}.crt`) })).toMatchObject({
        chainTrusted: false,
        reason: 'a certificate of the chain is not valid now',
        started: name === 'old',
        selfSigned: true,
      })
    }
    expect((await observe(probe, { path: at('old.crt') })).daysLeft).toBeLessThan(-9)
  })
})

it.each([
  ['server.crt', 'bus.example.org', 'alternative-name'],
  ['server.crt', '127.0.0.1', 'alternative-name'],
  ['server.crt', '127.0.0.2', 'none'],
  ['server.crt', 'example.org', 'none'],
  ['named.crt', 'bus.example.org', 'common-name'],
  ['named.crt', 'other.example.org', 'none'],
])('%s carries %s: %s', async (path, name, nameBy) => {
  expect((await observe(probe, { path: at(path), name })).nameBy).toBe(nameBy)
})

it('knows whether a key belongs to it, and who may read the key', async () => {
  chmodSync(at('server.key'), 0o600)
  chmodSync(at('ca.key'), 0o640)
  openssl('pkey', '-in', 'server.key', '-aes128', '-passout', 'pass:x', '-out', 'locked.key')
  const facts = (key: string) => observe(probe, { path: at('server.crt'), key: at(key) })
  expect(await facts('server.key')).toMatchObject({ keyMatches: true, keyMode: '0600', keyPrivate: true, reason: '' })
  expect(await facts('ca.key')).toMatchObject({
    keyMatches: false,
    keyMode: '0640',
    keyPrivate: false,
    reason: 'the key is not that of the certificate',
  })
  expect(await facts('none.key')).toMatchObject({ keyMatches: false, keyPrivate: false, reason: 'the key is missing' })
  for (const unfit of ['locked.key', 'server.crt'])
    expect(await facts(unfit)).toMatchObject({
      keyMatches: false,
      reason: expect.stringContaining('not encrypted') as string,
    })
})

it('shows nothing of a key, even one that is in the file of the certificate', async () => {
  bundle('with-key.pem', 'server.crt', 'server.key')
  const body = readFileSync(at('server.key'), 'utf8').split('\n')[1]!
  const facts = await observe(probe, { path: at('with-key.pem'), key: at('with-key.pem') })
  expect(facts).toMatchObject({ keyMatches: true, count: 1 })
  expect(JSON.stringify(facts)).not.toContain(body)
})

it.each([
  ['a word of a refusal', 'missing', 'the file contains no PEM certificate'],
  ['nothing', '', 'the file contains no PEM certificate'],
  ['half a certificate', '-----BEGIN CERTIFICATE-----\nMIIB', 'certificate 1 of the file cannot be read'],
  [
    'another thing under that name',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    'certificate 1 of the file cannot be read',
  ],
])('cannot read %s, and then has the worst to say', async (_what, content, reason) => {
  writeFileSync(at('damaged.crt'), content)
  expect(await observe(probe, { path: at('damaged.crt') })).toMatchObject({
    exists: true,
    parsable: false,
    reason,
    count: 0,
    daysLeft: Number.MIN_SAFE_INTEGER,
    leastDaysLeft: Number.MIN_SAFE_INTEGER,
    started: false,
    inOrder: false,
  })
})

it('says so when one of several cannot be read', async () => {
  writeFileSync(at('second.pem'), `${readFileSync(at('server.crt'), 'utf8')}-----BEGIN CERTIFICATE-----\nAAAA\n`)
  expect(await observe(probe, { path: at('second.pem') })).toMatchObject({
    parsable: false,
    reason: 'certificate 2 of the file cannot be read',
  })
})

it('conceals what it was given nothing for', () => {
  expect(Object.keys(probe.concealed!({ path: 'a' }, {}, {}))).toEqual([
    'chainTrusted',
    'nameBy',
    'keyMatches',
    'keyMode',
    'keyPrivate',
  ])
  expect(probe.concealed!({ path: 'a', key: 'b', name: 'c', 'trust-file': 'd' }, {}, {})).toEqual({})
})
