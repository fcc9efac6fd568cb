import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

/** A self-signed certificate for `localhost` and 127.0.0.1, and its key, as PEM files. */
export interface ServerCertificate {
  readonly certificateFile: string
  readonly keyFile: string
}

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
const day = 24 * 60 * 60 * 1000

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

/** The path of a folder's certificate. */
export const certificateFileIn = (folder: string): string => join(folder, 'server.crt')

/**
 * Writes a fresh self-signed certificate (RFC 5280, ECDSA P-256, valid from yesterday for 30 days) into the folder.
 * Node can sign but not build one, and openssl need not be installed.
 */
export function createCertificate(folder: string): ServerCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const name = sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String('localhost'))))
  const alternativeNames = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  const extensions = sequence(
    sequence(objectIdentifier('2.5.29.17'), octetString(alternativeNames)),
    sequence(objectIdentifier('2.5.29.19'), boolean(true), octetString(sequence(boolean(true)))),
  )
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(utcTime(new Date(Date.now() - day)), utcTime(new Date(Date.now() + 30 * day))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const certificate = sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, privateKey)))
  const files = { certificateFile: certificateFileIn(folder), keyFile: join(folder, 'server.key') }
  writeFileSync(files.certificateFile, pem(certificate))
  writeFileSync(files.keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  return files
}
