import { refuseServerCertificate } from './async-nats/server-certificate.js'
import type { Driver, DriverContext, DriverReading, NamedFile } from './driver.js'

const severalServers = /,/

/** The url crate ends a port at a backslash, where Node's URL refuses the whole. */
const portBeforeBackslash = /^([^:/?#]*:\/\/[^/?#]*:\d*)\\/

/** The port of a URL that names none. */
const usualPort = 4222

/**
 * async-nats 0.33 (`async_nats::connect(url)`): `ServerAddr::from_str` over the `url` crate, which keeps to the WHATWG
 * standard, as Node's URL does. A user and a password are read and never sent: the client takes credentials from its
 * options alone. Measured with 0.33.0; see the recorded vectors.
 */
export const driver: Driver = {
  name: 'async-nats',
  protocol: 'nats',
  schemes: ['nats', 'tls', ''],
  variables: ['SSL_CERT_FILE'],
  refuseCertificate: refuseServerCertificate,
  read(url, context): DriverReading {
    const text = url.reveal()
    const parsed = parse(text.includes('://') ? text : `nats://${text}`)
    if (parsed === undefined) {
      const several = severalServers.test(text)
        ? ': it accepts only one server'
        : ': a port must be a number up to 65535, and / ? # in a password percent-encoded'
      return { refusal: `NATS server URL is invalid${several}` }
    }
    const scheme = parsed.protocol.slice(0, -1)
    if (scheme !== 'nats' && scheme !== 'tls')
      return { refusal: 'invalid scheme for NATS server URL: only nats and tls are accepted' }
    if (parsed.hostname === '') return { refusal: 'it has no host' }
    return {
      connection: {
        endpoints: [
          {
            host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
            port: parsed.port === '' ? usualPort : Number(parsed.port),
          },
        ],
        user: '',
        password: undefined,
        database: '',
        tls: scheme === 'tls' ? requiredTls : undefined,
        files: trustedFiles(context),
        filesOfUnknownHome: [],
        settings: parsed.username === '' && parsed.password === '' ? {} : { 'user-info': 'never sent' },
      },
    }
  },
  /** A list of servers whose first has no port is taken for one host, which no resolver knows. */
  neverMeant: ({ endpoints }) =>
    endpoints.some((endpoint) => 'host' in endpoint && severalServers.test(endpoint.host))
      ? 'it names several servers: give one'
      : undefined,
}

const requiredTls = {
  demand: 'require',
  verify: 'full',
  trustFile: undefined,
  certificateFile: undefined,
  keyFile: undefined,
  keyPassword: undefined,
  revocationFile: undefined,
  minimumVersion: undefined,
  maximumVersion: undefined,
  isDirect: false,
} as const

/** rustls-native-certs 0.6: what the variable names is trusted alone, opened when TLS begins, and must be there. */
function trustedFiles(context: DriverContext): readonly NamedFile[] {
  const path = context.variable('SSL_CERT_FILE')
  return path === undefined ? [] : [{ path, purpose: 'trusted certificates', isOptional: false }]
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text.replace(portBeforeBackslash, '$1/\\'))
  } catch {
    // The error would quote the URL.
    return undefined
  }
}
