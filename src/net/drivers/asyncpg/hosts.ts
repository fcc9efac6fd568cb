import { pythonInt } from '../../../base/language/python-number.js'
import type { DriverContext, Endpoint } from '../driver.js'
import { unquote } from '../python-url.js'
import type { Parameters } from './asyncpg-parameters.js'

interface Hosts {
  readonly hosts: readonly string[]
  readonly ports: readonly number[]
}
type Refused = { readonly refusal: string }

/** Where asyncpg looks when nothing names a host. */
const usualHosts = ['/run/postgresql', '/var/run/postgresql', '/tmp', '/private/tmp', 'localhost']

/** The hosts of the URL, of its query or of `PGHOST`, each with its port, in the order in which they are tried. */
export function readHosts(
  parameters: Parameters,
  context: DriverContext,
): { readonly endpoints: readonly Endpoint[] } | Refused {
  const found = findHosts(parameters, context)
  if ('refusal' in found) return found
  const { hosts, ports } = found
  if (hosts.some((host) => host.includes('@')))
    return {
      refusal:
        'asyncpg ends the user-info at the first @, so that the host would hold the rest of the password: percent-encode @ as %40',
    }
  if (hosts.some((host) => host === '')) return { refusal: 'names an empty host' }
  if (hosts.some((host) => host.includes('\0'))) return { refusal: 'has a NUL in its host' }
  const isTooBig = ports.some((port, index) => !hosts[index]!.startsWith('/') && (port < 0 || port > 65_535))
  if (isTooBig) return { refusal: 'port must be 0-65535' }
  return { endpoints: hosts.map((host, index) => endpointOf(host, ports[index]!)) }
}

function findHosts({ hosts, taken }: Parameters, context: DriverContext): Hosts | Refused {
  if (hosts !== '') return readList(hosts, undefined, true, context)
  const given = taken.get('port')
  const ports = given === undefined ? undefined : readPorts(given)
  if (ports !== undefined && 'refusal' in ports) return ports
  const list = taken.get('host') ?? (context.variable('PGHOST') || undefined)
  if (list !== undefined) return readList(list, ports?.ports, false, context)
  const usual = ports ?? usualPorts(context)
  return 'refusal' in usual ? usual : spread(usualHosts, usual.ports)
}

/**
 * @param ports those that are given apart, before which a port beside a host counts for nothing
 * @param isEncoded whether hosts and ports are percent-decoded
 */
function readList(
  list: string,
  ports: readonly number[] | undefined,
  isEncoded: boolean,
  context: DriverContext,
): Hosts | Refused {
  const specifications = list.split(',')
  const apart = ports === undefined ? usualPorts(context) : { ports }
  if ('refusal' in apart) return apart
  const defaults = spread(specifications, apart.ports)
  if ('refusal' in defaults) return defaults
  const found: { host: string; port: number }[] = []
  for (const [index, specification] of specifications.entries()) {
    const parts = partsOf(specification)
    if ('refusal' in parts) return parts
    const digits = isEncoded ? unquote(parts.port) : parts.port
    const own = ports !== undefined || digits === '' ? { ports: [defaults.ports[index]!] } : readPorts(digits, false)
    if ('refusal' in own) return own
    found.push({ host: isEncoded ? unquote(parts.host) : parts.host, port: own.ports[0]! })
  }
  return { hosts: found.map(({ host }) => host), ports: found.map(({ port }) => port) }
}

function partsOf(specification: string): { readonly host: string; readonly port: string } | Refused {
  if (specification === '') return { refusal: 'names an empty host' }
  if (specification.startsWith('/')) return { host: specification, port: '' }
  if (!specification.startsWith('[')) {
    const colon = specification.indexOf(':')
    return colon === -1
      ? { host: specification, port: '' }
      : { host: specification.slice(0, colon), port: specification.slice(colon + 1) }
  }
  const [, host, port = ''] = /^\[([^\]]+)\](?::([0-9]+))?/.exec(specification) ?? []
  return host === undefined ? { refusal: 'invalid IPv6 address in the connection URI' } : { host, port }
}

function usualPorts(context: DriverContext): { readonly ports: readonly number[] } | Refused {
  return readPorts(context.variable('PGPORT') || '5432')
}

function readPorts(text: string, isList = true): { readonly ports: readonly number[] } | Refused {
  const ports = (isList ? text.split(',') : [text]).map((port) => pythonInt(port)?.int)
  return ports.every((port) => port !== undefined) ? { ports } : { refusal: 'a port is no integer as Python reads one' }
}

/** One port is every host's; several must be as many as the hosts. */
function spread(hosts: readonly string[], ports: readonly number[]): Hosts | Refused {
  if (ports.length > 1 && ports.length !== hosts.length)
    return { refusal: `could not match ${ports.length} port numbers to ${hosts.length} hosts` }
  return { hosts, ports: hosts.map((_host, index) => ports[index] ?? ports[0]!) }
}

function endpointOf(host: string, port: number): Endpoint {
  if (!host.startsWith('/')) return { host, port }
  return { path: host.includes('.s.PGSQL.') ? host : `${host.endsWith('/') ? host : `${host}/`}.s.PGSQL.${port}` }
}
