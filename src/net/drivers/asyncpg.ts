import { Secret } from '../../redaction/secret-value.js'
import { readHosts, readUrlParameters, type Parameters, passwordFiles } from './asyncpg/asyncpg-parameters.js'
import { readTls } from './asyncpg/asyncpg-tls.js'
import type { Driver, DriverContext, DriverReading } from './driver.js'
import { urlsplit } from './python-url.js'

const sessionAttributes = ['any', 'primary', 'standby', 'prefer-standby', 'read-write', 'read-only']

/**
 * asyncpg 0.32: `_parse_connect_dsn_and_args` of its `connect_utils`. What its account's home holds is known only where
 * the home is; see the recorded vectors.
 */
export const driver: Driver = {
  name: 'asyncpg',
  protocol: 'postgres',
  schemes: ['postgresql', 'postgres'],
  variables: [
    'PGSERVICE',
    'PGSERVICEFILE',
    'PGHOST',
    'PGPORT',
    'PGUSER',
    'PGPASSWORD',
    'PGPASSFILE',
    'PGDATABASE',
    'PGSSLMODE',
    'PGSSLNEGOTIATION',
    'PGSSLROOTCERT',
    'PGSSLCRL',
    'PGSSLCERT',
    'PGSSLKEY',
    'PGSSLMINPROTOCOLVERSION',
    'PGSSLMAXPROTOCOLVERSION',
    'PGTARGETSESSIONATTRS',
    'PGGSSLIB',
  ],
  read(url, context): DriverReading {
    const text = url.reveal()
    if (text === '') return { refusal: 'the URL is empty' }
    const parsed = urlsplit(text)
    if ('refusal' in parsed) return parsed
    if (!this.schemes.includes(parsed.scheme))
      return { refusal: 'invalid DSN: scheme is expected to be either "postgresql" or "postgres"' }
    if (!parsed.netloc.includes('@') && /^[^?]*@|#.*@/s.test(text))
      return { refusal: 'has an @ after its host: percent-encode /, ?, # and @ in a password' }
    const parameters = readUrlParameters(parsed)
    return 'refusal' in parameters ? parameters : readConnection(parameters, context)
  },
}

function readConnection(parameters: Parameters, context: DriverContext): DriverReading {
  const service = parameters.taken.has('service')
    ? 'service'
    : ['PGSERVICE', 'PGSERVICEFILE'].find((name) => context.variable(name) !== undefined)
  if (service !== undefined)
    return {
      refusal: `${service} is not supported: connection service files are not read; write the settings of the service file into the URL`,
    }
  const hosts = readHosts(parameters, context)
  if ('refusal' in hosts) return hosts
  const user = parameters.user ?? (context.variable('PGUSER') || undefined)
  if (user === undefined)
    return {
      refusal:
        'it has no user, and asyncpg would use the name of the account: write the user into the URL, or set PGUSER',
    }
  const tls = readTls(parameters.taken, hosts.endpoints, context)
  if ('refusal' in tls) return tls
  const attributes = parameters.taken.get('target_session_attrs') ?? context.variable('PGTARGETSESSIONATTRS') ?? 'any'
  if (!sessionAttributes.includes(attributes))
    return { refusal: `target_session_attrs is expected to be one of ${sessionAttributes.join(', ')}` }
  const library = parameters.taken.get('gsslib') ?? context.variable('PGGSSLIB') ?? 'gssapi'
  if (library !== 'gssapi' && library !== 'sspi')
    return { refusal: "gsslib parameter must be either 'gssapi' or 'sspi'" }
  const ofEnvironment = context.variable('PGPASSWORD')
  const password = parameters.password ?? (ofEnvironment === undefined ? undefined : new Secret(ofEnvironment))
  const database = parameters.database ?? context.variable('PGDATABASE') ?? user
  const texts = [user, password?.reveal() ?? '', database, ...Object.entries(parameters.settings).flat()]
  if (texts.some((text) => text.includes('\0')))
    return { refusal: 'contains a NUL character, which ends a string in the PostgreSQL protocol' }
  const passwordFile =
    password === undefined
      ? passwordFiles(parameters.taken.get('passfile'), context)
      : { files: [], filesOfUnknownHome: [] }
  return {
    connection: {
      endpoints: hosts.endpoints,
      user,
      password,
      database,
      tls: tls.settings,
      files: [...passwordFile.files, ...tls.files],
      filesOfUnknownHome: [...passwordFile.filesOfUnknownHome, ...tls.filesOfUnknownHome],
      settings: { ...parameters.settings, target_session_attrs: attributes },
    },
  }
}
