import { basename, dirname } from 'node:path'
import type { TlsSettings } from '../../../net/drivers/driver.js'
import { postgresAddresses, readPostgresSecurity, type PostgresTarget } from '../../../net/postgres/postgres-target.js'
import { NotPerformedError } from '../../definition/step-kind.js'

/**
 * The variables in which the programs of libpq find a connection (PostgreSQL manual, 34.15 Environment Variables),
 * without the password.
 *
 * @throws NotPerformedError for what no variable can say
 */
function postgresVariables(target: PostgresTarget): Readonly<Record<string, string>> {
  const { endpoints, user, database, tls, settings } = target
  const places = endpoints.map((endpoint) => ('path' in endpoint ? socketPlace(endpoint.path) : endpoint))
  const { target_session_attrs: attributes = 'any', application_name: name, options, ...others } = settings
  const serverOptions = [
    ...(options === undefined ? [] : [options]),
    ...Object.entries(others).map(([setting, value]) => `-c ${escaped(`${setting}=${value}`)}`),
  ]
  return {
    PGHOST: places.map(({ host }) => host).join(','),
    PGPORT: places.map(({ port }) => port).join(','),
    PGUSER: user,
    PGDATABASE: database === '' ? user : database,
    ...(attributes === 'any' ? {} : { PGTARGETSESSIONATTRS: attributes }),
    ...(name === undefined ? {} : { PGAPPNAME: name }),
    ...(serverOptions.length === 0 ? {} : { PGOPTIONS: serverOptions.join(' ') }),
    ...(tls === undefined ? { PGSSLMODE: 'disable' } : tlsVariables(tls)),
  }
}

/** The same with the password, once the files are read that the connection names. */
export async function postgresEnvironment(target: PostgresTarget): Promise<Readonly<Record<string, string>>> {
  const variables = postgresVariables(target)
  const { tls, password } = await readPostgresSecurity(target, '')
  return {
    ...variables,
    // Certificates that need not be there, and are not: then `require` verifies nothing.
    ...(target.tls?.verify === 'chain' && tls?.verify === 'none' ? { PGSSLMODE: 'require' } : {}),
    ...(password === undefined ? {} : { PGPASSWORD: password.reveal() }),
  }
}

/** Where it connects, for a plan. */
export function postgresPlace(target: PostgresTarget): string {
  return `${target.database || target.user} at ${postgresAddresses(target).join(' or ')}`
}

function tlsVariables(tls: TlsSettings): Record<string, string> {
  if (tls.keyPassword !== undefined)
    throw new NotPerformedError('the key of the client certificate has a password, which no variable of libpq can hold')
  const required = { none: 'require', chain: 'verify-ca', full: 'verify-full' } as const
  const named = {
    PGSSLMODE: tls.demand === 'require' ? required[tls.verify] : tls.demand,
    PGSSLROOTCERT: tls.trustFile,
    PGSSLCERT: tls.certificateFile,
    PGSSLKEY: tls.keyFile,
    PGSSLCRL: tls.revocationFile,
    PGSSLMINPROTOCOLVERSION: tls.minimumVersion,
    PGSSLMAXPROTOCOLVERSION: tls.maximumVersion,
    PGSSLNEGOTIATION: tls.isDirect ? 'direct' : undefined,
  }
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  )
}

/** libpq takes the folder of a socket, and makes its name of the port. */
function socketPlace(path: string): { readonly host: string; readonly port: number } {
  const port = /^\.s\.PGSQL\.(\d+)$/.exec(basename(path))?.[1]
  if (port === undefined) throw new NotPerformedError(`${path} is not a socket that libpq could find by a port`)
  return { host: dirname(path), port: Number(port) }
}

/** A space separates the options of PGOPTIONS, unless a backslash is before it. */
function escaped(text: string): string {
  return text.replace(/[\\\s]/g, String.raw`\$&`)
}
