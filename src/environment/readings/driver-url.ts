import type { DriverContext } from '../../net/drivers/driver.js'
import { driverNamed, readAs } from '../../net/drivers/known.js'
import { parseQsl } from '../../net/drivers/python-url.js'
import { Secret } from '../../redaction/secret-value.js'
import type { UrlReading } from '../../net/url.js'

/**
 * A connection URL as one driver reads it: host, user, password and database are those that it connects with.
 * The port is 0 where the URL names none; the path is a socket or a database.
 */
export function readDriverUrl(text: string, name: string, context: DriverContext): UrlReading {
  const reading = readAs(name, new Secret(text), context)
  if ('refusal' in reading) return { reason: reading.refusal }
  const { endpoints, user, password, database, settings, tls } = reading.connection
  const hosts = endpoints.flatMap((endpoint) => ('host' in endpoint ? [endpoint.host] : []))
  // Where a scheme may be left out, what stands before a colon is a host.
  const schemed = driverNamed(name).schemes.includes('') && !text.includes('://') ? `//${text}` : text
  const [first = { path: '' }] = endpoints
  const [, scheme = '', authority = '', query = ''] =
    /^\s*(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?/.exec(schemed) ?? []
  const parameters = Object.fromEntries([...parseQsl(query, false)].reverse())
  const namesPort = /:\d+$/.test(authority) || parameters['port'] !== undefined
  const address =
    'path' in first
      ? { host: '', port: 0, path: first.path.replace(/^\//, '') }
      : { host: first.host, port: namesPort ? first.port : 0, path: database }
  const revealed = password?.reveal() ?? ''
  return {
    parts: {
      scheme: scheme.toLowerCase(),
      ...address,
      user,
      hasPassword: revealed !== '',
      query: parameters,
      hosts,
      encrypted: tls?.demand === 'require',
      ...(settings['user-info'] === undefined ? {} : { unsentUserInfo: true }),
    },
    password: revealed,
  }
}
