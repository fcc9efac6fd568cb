import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { z } from 'zod'
import { pathOrEmpty } from '../../base/text/terminal-text.js'
import { codeOf, messageOf } from '../../base/errors.js'
import { credential } from '../../net/credential.js'
import { wholeNumber, blankOf, ladderFacts, noProblem } from '../../base/facts.js'
import { defineProbe } from '../../engine/probe.js'
import { climb, type Draft } from '../../net/climb-ladder.js'
import { dial } from '../../net/dial.js'
import { namesOnePlace, placeOf, portInput, printablePlace } from '../../net/host-port.js'
import { peerWords } from '../../net/refusal.js'
import { readTrustFile, secure, tlsProblems } from '../../net/tls-connection.js'

const rungs = ['resolve', 'connect', 'tls'] as const
const day = 24 * 60 * 60 * 1000

const input = z
  .strictObject({
    address: credential().optional().describe('host:port, or a URL with a port'),
    host: z.string().min(1).max(255).optional().describe('host name or address; with port, in place of address'),
    port: portInput().optional().describe('port, with host'),
    'server-name': z
      .string()
      .max(255)
      .default('')
      .describe('the name the certificate must carry, when it is not the host'),
    'trust-file': pathOrEmpty().default('').describe("PEM file of certificates to trust instead of the system's"),
  })
  .refine(namesOnePlace, 'either address, or host and port')

const facts = z.strictObject({
  ...ladderFacts(rungs, ['bad-url', ...tlsProblems]),
  protocol: z.string().describe('negotiated TLS version'),
  cipher: z.string().describe('negotiated cipher'),
  authorized: z.boolean().describe('the chain is trusted and valid now, and the name matches'),
  chainTrusted: z.boolean().describe('the chain is trusted and valid now'),
  nameMatches: z.boolean().describe('the certificate carries the name'),
  reason: z.string().describe('why it is not authorized'),
  selfSigned: z.boolean().describe('the certificate signed itself'),
  subject: z.string().describe('subject of the certificate, on one line'),
  issuer: z.string().describe('who issued it, on one line'),
  names: z.array(z.string()).describe('the DNS names and addresses it carries, 100 at most'),
  fingerprint: z
    .string()
    .describe('SHA-256 of the certificate, in hexadecimal without colons, small letters, as of the kind certificate'),
  validFrom: z.string().describe('from when it is valid, ISO 8601'),
  validTo: z.string().describe('until when it is valid, ISO 8601'),
  daysLeft: wholeNumber().describe('whole days until it expires; negative after that'),
  started: z.boolean().describe('its validity has started'),
})
type TlsFacts = z.output<typeof facts>

const blank = blankOf(facts, { problem: noProblem })

const instant = (text: string): string => (Number.isNaN(Date.parse(text)) ? '' : new Date(text).toISOString())

/** Node gives no text where a certificate has no name. */
const nameText = (name: string | undefined): string => peerWords(name ?? '')

function describeCertificate(draft: Draft<TlsFacts>, certificate: X509Certificate, name: string): void {
  draft.subject = nameText(certificate.subject)
  draft.issuer = nameText(certificate.issuer)
  draft.names = (certificate.subjectAltName ?? '')
    .split(', ')
    .map((entry) => entry.replace(/^(?:DNS|IP Address):/, ''))
    .filter((entry) => entry !== '')
    .slice(0, 100)
  draft.fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
  draft.validFrom = instant(certificate.validFrom)
  draft.validTo = instant(certificate.validTo)
  draft.daysLeft = Math.floor((Date.parse(certificate.validTo) - Date.now()) / day)
  draft.started = Date.parse(certificate.validFrom) <= Date.now()
  draft.selfSigned = certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey)
  draft.nameMatches = (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined
}

export const probe = defineProbe({
  kind: 'tls',
  title: 'TLS: the chain, the name, the days left',
  description:
    'Completes a TLS handshake with any certificate, and reports whether it is trusted, whom it names and how long it is valid.',
  input,
  facts,
  rungs,
  defaultTimeout: 5000,
  examples: [
    {
      title: 'a certificate that lasts',
      input: { host: 'bus.example.org', port: 443 },
      expect: 'facts.authorized && facts.daysLeft >= 14',
    },
    {
      title: 'under another name',
      input: { host: '127.0.0.1', port: 8443, 'server-name': 'bus.example.org' },
      expect: 'facts.nameMatches',
    },
  ],
  addresses: (given) => [() => [printablePlace(placeOf(given))]],
  onlyReads: () => true,
  observe: (given, context) =>
    climb<TlsFacts>(context, blank, async (draft, ascent) => {
      const place = placeOf(given)
      const serverName = given['server-name'] === '' ? place.host : given['server-name']
      const trust = given['trust-file'] === '' ? undefined : await readTrustFile(given['trust-file'])
      const socket = await dial(place, ascent)
      try {
        const tls = await secure(socket, { serverName, verify: 'none', trust }, ascent)
        draft.protocol = tls.getProtocol() ?? ''
        draft.cipher = tls.getCipher().name
        const certificate = tls.getPeerX509Certificate()
        if (certificate !== undefined) describeCertificate(draft, certificate, serverName)
        draft.chainTrusted = tls.authorized
        draft.authorized = draft.chainTrusted && draft.nameMatches
        const reason: Error | string = tls.authorizationError
        const chainReason = typeof reason === 'string' ? reason : codeOf(reason) || messageOf(reason)
        draft.reason = draft.authorized
          ? ''
          : draft.chainTrusted
            ? 'the certificate does not carry the name'
            : peerWords(chainReason)
      } finally {
        socket.destroy()
      }
    }),
})
