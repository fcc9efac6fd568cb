/**
 * Addresses that mean "every interface" to a server: nobody can connect to them everywhere, but the loopback reaches
 * it.
 */
const loopbackOf: Readonly<Record<string, string>> = {
  '': '127.0.0.1',
  '0.0.0.0': '127.0.0.1',
  '::': '::1',
  '[::]': '[::1]',
}

/** The host under which a server that binds to `host` can be reached from its own machine. */
export function reachableHost(host: string): string {
  return Object.hasOwn(loopbackOf, host) ? loopbackOf[host]! : host
}

/** A URL whose host is a bind address, with the loopback in its place; any other text unchanged. */
export function reachableUrl(url: string): string {
  return url.replace(
    /^([a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?)(0\.0\.0\.0|\[::\])(?=[:/?#]|$)/i,
    (_, before: string, host: string) => before + reachableHost(host),
  )
}
