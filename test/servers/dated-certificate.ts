import { generateKeyPairSync, sign } from 'node:crypto'
import {
  bitString,
  der,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  utcTime,
  utf8String,
} from '../../sandbox/servers/der.js'

export interface DatedCertificate {
  readonly cert: string
  readonly key: string
}

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
const day = 24 * 60 * 60 * 1000

/**
 * A fresh self-signed certificate for one DNS name (RFC 5280, ECDSA P-256).
 *
 * @param from days from now until it is valid
 * @param to days from now until it expires
 */
export function datedCertificate(name: string, from: number, to: number): DatedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const subject = sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(name))))
  const alternatives = sequence(
    sequence(objectIdentifier('2.5.29.17'), octetString(sequence(der(0x82, Buffer.from(name))))),
  )
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.from([1, 2, 3, 4])),
    ecdsaWithSha256,
    subject,
    sequence(utcTime(new Date(Date.now() + from * day)), utcTime(new Date(Date.now() + to * day))),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, alternatives),
  )
  const certificate = sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, privateKey)))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return {
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
