/** Ports that a URL without one means, by its scheme. */
const usualPorts: Readonly<Record<string, string>> = {
  redis: '6379',
  rediss: '6379',
  valkey: '6379',
  valkeys: '6379',
  postgres: '5432',
  postgresql: '5432',
}

/** Of these the path is a database; of any other URL it may hold anything, a token too. */
const datastores = /^(?:rediss?|valkeys?|postgres(?:ql)?)$/i

/**
 * Where a connection URL leads, without its credentials and options: `host:port/database` of a datastore, `host:port`
 * of anything else, or the path of a socket. Two URLs of
 * one datastore compare equal: hosts in small letters, the scheme's own port and database 0 of Redis written out.
 *
 * @returns empty where the text cannot be taken apart without a doubt: a piece of a password must not pass for a host
 */
export function endpointOf(url: string): string {
  const split = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?$/i.exec(url)
  if (split === null) return ''
  const [, scheme = '', authority = '', path = '', query = ''] = split
  if (`${path}${query}`.includes('@')) return ''
  const options = new URLSearchParams(query)
  if (scheme.toLowerCase() === 'unix')
    return authority.slice(authority.lastIndexOf('@') + 1) === '' ? `${path}${numberOf(options.get('db') ?? '')}` : ''
  const address = /^(\[[0-9a-f:.%]+\]|[\p{L}\p{N}_.-]*)(?::(\d{1,5}))?$/iu.exec(
    authority.slice(authority.lastIndexOf('@') + 1),
  )
  if (address === null) return ''
  const [, host = '', port = usualPorts[scheme.toLowerCase()] ?? ''] = address
  const isNumbered = /^(?:redis|valkey)s?$/i.test(scheme)
  const database = isNumbered
    ? numberOf(options.get('db') ?? path.slice(1))
    : datastores.test(scheme)
      ? decoded(path)
      : ''
  return `${(host === '' ? 'localhost' : host).toLowerCase()}${port === '' ? '' : `:${port}`}${database}`
}

/** A database as it is numbered; what is no number is 0, as the drivers have it. */
function numberOf(text: string): string {
  return /^[-+]?\d{1,9}$/.test(text) ? `/${Number(text)}` : '/0'
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
