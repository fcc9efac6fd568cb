import { createSecureContext } from 'node:tls'
import { pythonInt } from '../../../base/language/python-number.js'
import { Secret } from '../../../redaction/secret-value.js'
import type { TlsSettings } from '../driver.js'
import { isFalseWord } from './arguments.js'

/** `ssl.TLSVersion`, as Node names them; -1 is the greatest that the library has. */
const versions: Readonly<Record<string, string | undefined>> = {
  '769': 'TLSv1',
  '770': 'TLSv1.1',
  '771': 'TLSv1.2',
  '772': 'TLSv1.3',
  '-1': 'TLSv1.3',
}

/** SSL 3 and the least that the library has: below all that is spoken. */
const anyVersion = new Set(['768', '-2'])

/** `RedisSSLContext` of a rediss URL whose parameters were found to be known. */
export function readTls(
  given: ReadonlyMap<string, string>,
): { readonly settings: TlsSettings } | { readonly refusal: string } {
  const certificateFile = given.get('ssl_certfile')
  const keyFile = given.get('ssl_keyfile')
  if (certificateFile === undefined && keyFile !== undefined)
    return { refusal: 'ssl_keyfile without ssl_certfile: redis-py raises TypeError' }
  const named = given.get('ssl_min_version')
  const minimum = named === undefined ? undefined : pythonInt(named)?.text
  if (minimum !== undefined && !anyVersion.has(minimum) && versions[minimum] === undefined) {
    return { refusal: 'ssl_min_version must be a number of ssl.TLSVersion: 771 for TLS 1.2, 772 for TLS 1.3' }
  }
  const ciphers = given.get('ssl_ciphers')
  if (ciphers !== undefined && !isCipherList(ciphers)) return { refusal: 'ssl_ciphers selects no cipher' }
  const password = given.get('ssl_password')
  const reqs = given.get('ssl_cert_reqs') ?? 'required'
  const checksName = !isFalseWord(given.get('ssl_check_hostname') ?? 'true')
  const settings: TlsSettings = {
    demand: 'require',
    // To a client `optional` is the same as `required`.
    verify: reqs === 'none' ? 'none' : checksName ? 'full' : 'chain',
    trustFile: given.get('ssl_ca_certs'),
    certificateFile,
    keyFile,
    keyPassword: password === undefined ? undefined : new Secret(password),
    revocationFile: undefined,
    minimumVersion: minimum === undefined ? undefined : versions[minimum],
    maximumVersion: undefined,
    isDirect: false,
    ...(ciphers === undefined ? {} : { ciphers }),
  }
  return { settings }
}

function isCipherList(text: string): boolean {
  try {
    createSecureContext({ ciphers: text })
    return true
  } catch {
    // OpenSSL's own judgement: nothing in the list is a cipher it has.
    return false
  }
}
