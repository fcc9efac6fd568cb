import { createPrivateKey, X509Certificate } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { readRegularFile } from '../../base/files/regular-file.js'
import { blankOf, wholeNumber } from '../../base/facts.js'
import { pathText } from '../../base/text/terminal-text.js'
import { defineProbe, isGiven, type Concealed } from '../../engine/probe.js'
import { peerWords } from '../../net/refusal.js'
import { pathRefusal, pathRefusals } from './file/path-refusal.js'

const day = 24 * 60 * 60 * 1000
/** Bytes of a file of certificates or of a key: a bundle of all public authorities has a quarter of it. */
const largestFile = 1024 * 1024
const mostNames = 100

const input = z.strictObject({
  path: pathText().describe('a PEM file; the first certificate is the one in question, the others its issuers'),
  key: pathText().optional().describe('a PEM file with the private key of the certificate, not encrypted'),
  name: z.string().min(1).max(255).optional().describe('host name or address that the certificate must carry'),
  'trust-file': pathText().optional().describe('a PEM file of certificates that are trusted'),
})

const nameKinds = ['none', 'alternative-name', 'common-name'] as const

const facts = z.strictObject({
  exists: z.boolean().describe('whether there is such a file, and it could be read'),
  refusal: z.enum(pathRefusals).describe('why the file could not be read'),
  parsable: z.boolean().describe('the file contains certificates, and each of them can be read'),
  reason: z.string().describe('why it is not parsable, the chain is not trusted, or the key does not match'),
  count: wholeNumber().describe('certificates in the file'),
  subject: z.string().describe('subject of the first certificate, on one line'),
  issuer: z.string().describe('who issued it, on one line'),
  names: z.array(z.string()).describe('the DNS names and addresses it carries, 100 at most'),
  nameBy: z
    .enum(nameKinds)
    .describe('what carries the name; clients of today accept no name that only the common name carries'),
  fingerprint: z.string().describe('SHA-256 of the first certificate, in hexadecimal without colons, small letters'),
  isAuthority: z.boolean().describe('the first certificate may issue others'),
  selfSigned: z.boolean().describe('the first certificate signed itself'),
  started: z.boolean().describe('the validity of every certificate in the file has started'),
  validTo: z.string().describe('until when the first certificate is valid, ISO 8601'),
  daysLeft: wholeNumber().describe('whole days until the first certificate expires; negative after that'),
  leastDaysLeft: wholeNumber().describe('the same of the certificate in the file that expires first'),
  inOrder: z.boolean().describe('each certificate in the file is issued by the next'),
  chainTrusted: z
    .boolean()
    .describe('in order, every certificate valid now, and the last one is trusted or issued by one that is'),
  keyMatches: z.boolean().describe('the key is that of the first certificate'),
  keyMode: z.string().describe('the permission bits of the key file in octal, such as 0600'),
  keyPrivate: z.boolean().describe('neither the group nor other users may read or write the key file'),
})
type CertificateFacts = z.output<typeof facts>

const blank = blankOf(facts, { daysLeft: Number.MIN_SAFE_INTEGER, leastDaysLeft: Number.MIN_SAFE_INTEGER })

export const probe = defineProbe({
  kind: 'certificate',
  title: 'a certificate in a file',
  description:
    'Reads a PEM file with a certificate and its chain: whom it names, how long it is valid, whether its chain is in order and trusted, whether a key belongs to it, and who may read the key. The content of a key is never shown.',
  input,
  facts,
  defaultTimeout: 5000,
  examples: [
    {
      title: 'a certificate that lasts, with its key',
      input: { path: '/etc/bus/server.crt', key: '/etc/bus/server.key' },
      expect: 'facts.leastDaysLeft > 30 && facts.started && facts.keyMatches && facts.keyPrivate',
    },
    {
      title: 'a certificate that clients accept',
      input: { path: '/etc/bus/server.crt', name: 'bus.example.org', 'trust-file': '/etc/bus/ca.crt' },
      expect: 'facts.chainTrusted && facts.nameBy == "alternative-name"',
    },
  ],
  concealed: notAsked,
  needs: (given) => ({
    files: [given.path, given.key, given['trust-file']].filter((path) => path !== undefined),
  }),
  async observe(given) {
    const file = await read(given.path)
    if (file.text === undefined) return { ...blank, refusal: file.refusal }
    const chain = certificatesIn(file.text)
    const there = { ...blank, exists: true }
    if (typeof chain === 'string') return { ...there, reason: chain }
    const [trust, key] = [await trustOf(given['trust-file'], chain), await keyOf(given.key, chain[0]!)]
    return {
      ...there,
      ...describe(chain, given.name),
      ...trust,
      ...key,
      reason: [trust.reason, key.reason].filter((reason) => reason !== '').join('; '),
    }
  },
})

/** Facts that nothing was given for. */
function notAsked(given: unknown): Concealed {
  return {
    ...(isGiven(given, 'trust-file') ? {} : { chainTrusted: 'no trust-file is given' }),
    ...(isGiven(given, 'name') ? {} : { nameBy: 'no name is given' }),
    ...(isGiven(given, 'key')
      ? {}
      : { keyMatches: 'no key is given', keyMode: 'no key is given', keyPrivate: 'no key is given' }),
  }
}

type ReadFile =
  | { readonly text: string; readonly refusal?: undefined }
  | { readonly text?: undefined; readonly refusal: CertificateFacts['refusal'] }

async function read(path: string): Promise<ReadFile> {
  try {
    return { text: (await readRegularFile(resolve(path), { links: 'follow', most: largestFile })).toString('latin1') }
  } catch (thrown) {
    return { refusal: pathRefusal(thrown) }
  }
}

/** The certificates of a PEM file in its order, or why they cannot be read. Text around them is passed over. */
function certificatesIn(text: string): readonly X509Certificate[] | string {
  const blocks = text.split(/^-----BEGIN (?=[A-Z0-9 ]*CERTIFICATE-----)/m).slice(1)
  if (blocks.length === 0) return 'the file contains no PEM certificate'
  const certificates: X509Certificate[] = []
  for (const [index, block] of blocks.entries()) {
    if (block.startsWith('TRUSTED ')) return `certificate ${index + 1} is in OpenSSL's own form (TRUSTED CERTIFICATE)`
    try {
      certificates.push(new X509Certificate(`-----BEGIN ${block}`))
    } catch {
      return `certificate ${index + 1} of the file cannot be read`
    }
  }
  return certificates
}

function describe(chain: readonly X509Certificate[], name: string | undefined): Partial<CertificateFacts> {
  const certificate = chain[0]!
  const now = Date.now()
  return {
    parsable: true,
    count: chain.length,
    subject: peerWords(certificate.subject),
    issuer: peerWords(certificate.issuer),
    names: (certificate.subjectAltName ?? '')
      .split(', ')
      .map((entry) => entry.replace(/^(?:DNS|IP Address):/, ''))
      .filter((entry) => entry !== '')
      .slice(0, mostNames),
    nameBy: name === undefined ? 'none' : carrierOf(certificate, name),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    isAuthority: certificate.ca,
    selfSigned: isIssuedBy(certificate, certificate),
    started: chain.every(({ validFrom }) => Date.parse(validFrom) <= now),
    validTo: new Date(certificate.validTo).toISOString(),
    daysLeft: daysLeft(certificate, now),
    leastDaysLeft: Math.min(...chain.map((each) => daysLeft(each, now))),
    inOrder: isInOrder(chain),
  }
}

function daysLeft({ validTo }: X509Certificate, now: number): number {
  return Math.floor((Date.parse(validTo) - now) / day)
}

function carrierOf(certificate: X509Certificate, name: string): (typeof nameKinds)[number] {
  if (isIP(name) !== 0) return certificate.checkIP(name) === undefined ? 'none' : 'alternative-name'
  if (certificate.checkHost(name, { subject: 'never' }) !== undefined) return 'alternative-name'
  return certificate.checkHost(name, { subject: 'always' }) === undefined ? 'none' : 'common-name'
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function isInOrder(chain: readonly X509Certificate[]): boolean {
  return chain.every((each, index) => {
    const next = chain[index + 1]
    return next === undefined || (next.ca && isIssuedBy(each, next))
  })
}

async function trustOf(
  path: string | undefined,
  chain: readonly X509Certificate[],
): Promise<{ readonly chainTrusted: boolean; readonly reason: string }> {
  const no = (reason: string) => ({ chainTrusted: false, reason })
  if (path === undefined) return no('')
  const file = await read(path)
  if (file.text === undefined) return no(`the trust-file is ${file.refusal}`)
  const trusted = certificatesIn(file.text)
  if (typeof trusted === 'string') return no(`the trust-file cannot be used: ${trusted}`)
  if (!isInOrder(chain)) return no('the certificates are not in order, each issued by the next')
  const last = chain.at(-1)!
  const anchor =
    trusted.find(({ fingerprint256 }) => fingerprint256 === last.fingerprint256) ??
    trusted.find((each) => each.ca && isIssuedBy(last, each))
  if (anchor === undefined) return no('the last certificate is neither trusted nor issued by one that is')
  const now = Date.now()
  const isValid = [...chain, anchor].every(
    ({ validFrom, validTo }) => Date.parse(validFrom) <= now && now < Date.parse(validTo),
  )
  return isValid ? { chainTrusted: true, reason: '' } : no('a certificate of the chain is not valid now')
}

async function keyOf(
  path: string | undefined,
  certificate: X509Certificate,
): Promise<Pick<CertificateFacts, 'keyMatches' | 'keyMode' | 'keyPrivate' | 'reason'>> {
  const no = { keyMatches: false, keyMode: '', keyPrivate: false, reason: '' }
  if (path === undefined) return no
  const place = resolve(path)
  const found = await stat(place).catch(pathRefusal)
  if (typeof found === 'string') return { ...no, reason: `the key is ${found}` }
  const mode = {
    keyMode: (found.mode & 0o7777).toString(8).padStart(4, '0'),
    keyPrivate: (found.mode & 0o077) === 0,
  }
  const file = await read(path)
  if (file.text === undefined) return { ...no, ...mode, reason: `the key is ${file.refusal}` }
  try {
    const keyMatches = certificate.checkPrivateKey(createPrivateKey(file.text))
    return { ...mode, keyMatches, reason: keyMatches ? '' : 'the key is not that of the certificate' }
  } catch {
    // What the library says of a key could quote it.
    return { ...no, ...mode, reason: 'the key cannot be read: it must be a PEM private key that is not encrypted' }
  }
}
