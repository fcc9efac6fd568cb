import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  bitString,
  integer,
  objectIdentifier,
  sequence,
  set,
  utcTime,
  utf8String,
} from '../../../sandbox/servers/der.js'
import { datedCertificate } from '../../servers/dated-certificate.js'

const passwords = String.raw`# host:port:database:user:password
db.internal:5432:bus:bus:of-the-line
localhost:*:*:*:of-a\:socket
127.0.0.1:5433:*:*:other\\port
*:*:*:alice:of:alice
*:1:*:*:of-port-one
`

/** A revocation list that revokes nothing (RFC 5280, ECDSA P-256), of an authority of its own. */
function revocationList(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const algorithm = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
  const day = 24 * 60 * 60 * 1000
  const body = sequence(
    integer(Buffer.from([1])),
    algorithm,
    sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String('ca')))),
    utcTime(new Date(Date.now() - day)),
    utcTime(new Date(Date.now() + 365 * day)),
  )
  const list = sequence(body, algorithm, bitString(sign('sha256', body, privateKey)))
  return [
    '-----BEGIN X509 CRL-----',
    ...(list.toString('base64').match(/.{1,64}/g) ?? []),
    '-----END X509 CRL-----',
    '',
  ].join('\n')
}

/**
 * Lays out the files and homes that the recorder of asyncpg lays out, under the same names.
 *
 * @returns the text of each that is a PEM file at the top, by its name
 */
export function layOutFiles(folder: string): ReadonlyMap<string, string> {
  const [ca, server, client] = ['ca', 'server', 'client'].map((name) => datedCertificate(name, -1, 365)) as [
    ReturnType<typeof datedCertificate>,
    ReturnType<typeof datedCertificate>,
    ReturnType<typeof datedCertificate>,
  ]
  const locked = createPrivateKey(client.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'opensesame' })
    .toString()
  const crl = revocationList()
  const write = (name: string, text: string, mode = 0o600): void => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    chmodSync(path, mode)
  }
  const files = {
    'ca.pem': ca.cert,
    'ca.key': ca.key,
    'server.pem': server.cert,
    'client.pem': client.cert,
    'client.key': client.key,
    'locked.key': locked,
    'both.pem': client.cert + client.key,
    'locked.pem': client.cert + locked,
    'crl.pem': crl,
    'trusting/.postgresql/root.crt': `${ca.cert}\n`,
    'trusting/.postgresql/root.crl': `${crl}\n`,
    'client/.postgresql/postgresql.crt': `${client.cert}\n`,
    'client/.postgresql/postgresql.key': `${client.key}\n`,
    'half/.postgresql/postgresql.crt': `${client.cert}${client.key}\n`,
  }
  for (const [name, text] of Object.entries(files)) write(name, text)
  write('not-pem.txt', 'nothing of use\n')
  write('empty.pem', '')
  mkdirSync(join(folder, 'bare'))
  write('passwords/.pgpass', passwords)
  write('open/.pgpass', passwords, 0o644)
  write('broken/.pgpass', 'db.internal:5432\n')
  write('broken/.postgresql/root.crt', 'nothing of use\n')
  return new Map(Object.entries(files))
}
