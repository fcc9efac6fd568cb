import { type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'
import {
  bitString,
  boolean,
  der,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  utcTime,
  utf8String,
} from './der.js'

export interface Validity {
  readonly from: Date
  readonly until: Date
}

interface CertificateFields {
  readonly commonName: string
  /** Host names and IPv4 addresses. Without any the certificate has no subjectAltName at all. */
  readonly alternativeNames: readonly string[]
  readonly isAuthority: boolean
  readonly validity: Validity
  readonly publicKey: KeyObject
  readonly issuer: { readonly commonName: string; readonly privateKey: KeyObject }
}

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
const day = 24 * 60 * 60 * 1000

/** Valid from yesterday for 30 days. */
export function currentValidity(): Validity {
  return { from: new Date(Date.now() - day), until: new Date(Date.now() + 30 * day) }
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

const nameOf = (commonName: string): Buffer =>
  sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(commonName))))

function alternativeName(name: string): Buffer {
  return isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name))
}

function extensionsOf({ alternativeNames, isAuthority }: CertificateFields): readonly Buffer[] {
  const names = sequence(...alternativeNames.map(alternativeName))
  return [
    ...(alternativeNames.length === 0 ? [] : [sequence(objectIdentifier('2.5.29.17'), octetString(names))]),
    ...(isAuthority
      ? [sequence(objectIdentifier('2.5.29.19'), boolean(true), octetString(sequence(boolean(true))))]
      : []),
  ]
}

/**
 * A certificate as PEM (RFC 5280, signed with ECDSA P-256). Node can sign but not build one, and openssl need not be
 * installed.
 */
export function buildCertificate(fields: CertificateFields): string {
  const extensions = extensionsOf(fields)
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    nameOf(fields.issuer.commonName),
    sequence(utcTime(fields.validity.from), utcTime(fields.validity.until)),
    nameOf(fields.commonName),
    fields.publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length === 0 ? [] : [der(0xa3, sequence(...extensions))]),
  )
  return pem(sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, fields.issuer.privateKey))))
}
