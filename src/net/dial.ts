import { lookup } from 'node:dns/promises'
import type { LookupAddress } from 'node:dns'
import { connect, isIP, type LookupFunction, type NetConnectOpts, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { noteContact } from './contacts.js'
import { SilenceError } from '../base/errors.js'
import { misconfigured } from './refusal.js'
import { isSystemTimeout, socketRefusal } from './socket-refusal.js'
import { untilAborted } from './until-aborted.js'

/** Where to connect: a TCP address, or the path of a unix socket. */
export type Endpoint = { readonly host: string; readonly port: number } | { readonly path: string }

export interface DialContext {
  readonly signal: AbortSignal
  /**
   * Told `resolve` when the name has an address (a unix socket has no name), and `connect` when the connection stands.
   */
  reach(rung: 'resolve' | 'connect'): void
}

/**
 * Milliseconds for one address of several before the next is tried: a far peer answers within it, a black hole costs no
 * more.
 */
const perAddress = 1000

/**
 * Refuses what the system's resolver refuses and Node lets through: a zone that is no interface of this host, one by
 * name on an address
 * that is not link-local, and a link-local address without one.
 */
function checkZone(host: string): void {
  const [address = '', zone] = host.split('%')
  const isLinkLocal = /^(?:fe[89ab]|ff[0-9a-f][12])/i.test(address)
  if (zone === undefined && isLinkLocal)
    throw misconfigured('name-not-found', 'a link-local IPv6 address needs its zone: [fe80::1%25eth0] in a URL')
  if (zone === undefined || /^\d+$/.test(zone)) return
  if (!isLinkLocal)
    throw misconfigured(
      'name-not-found',
      'an IPv6 address that is not link-local cannot have the name of an interface as its zone',
    )
  if (networkInterfaces()[zone] === undefined)
    throw misconfigured('name-not-found', 'the zone of the IPv6 address is not a network interface of this host')
}

async function resolve(host: string, signal: AbortSignal): Promise<readonly LookupAddress[]> {
  const family = isIP(host)
  if (family === 6) checkZone(host)
  if (family !== 0) return [{ address: host, family }]
  // An empty name resolves to nothing without an error, a NUL makes the look-up throw a message of its own.
  if (host === '' || host.includes('\0')) throw misconfigured('name-not-found', 'the host name is empty or malformed')
  try {
    return await untilAborted(signal, lookup(host, { all: true, order: 'verbatim' }))
  } catch (error) {
    throw socketRefusal(error) ?? error
  }
}

function addressText(endpoint: Endpoint): string {
  if ('path' in endpoint) return endpoint.path
  return `${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`
}

/** Gives a socket the addresses that were resolved already, so that the name is looked up once. */
function answering(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses
    if (options.all === true) return done(null, [...addresses])
    return done(null, first?.address ?? '', first?.family)
  }
}

function opening(options: NetConnectOpts, signal: AbortSignal): Promise<Socket> {
  return new Promise<Socket>((fulfil, reject) => {
    const socket = connect(options)
    const abandon = (): void => void socket.destroy()
    signal.addEventListener('abort', abandon, { once: true })
    socket.once('close', () => {
      signal.removeEventListener('abort', abandon)
      reject(new SilenceError('no connection within the time limit'))
    })
    // Stays for good: a reset between two rungs, when no driver listens yet, must not end the process.
    socket.on('error', reject)
    socket.once('connect', () => fulfil(socket))
    if (signal.aborted) abandon()
  })
}

/**
 * Resolves and connects. The socket is destroyed when the signal aborts, for as long as it lives; whoever dials
 * destroys it when done.
 *
 * @throws Refusal when the failure is one of the connection problems that every ladder kind has
 * @throws SilenceError when the signal aborts first, or the system gives up waiting
 */
export async function dial(endpoint: Endpoint, context: DialContext): Promise<Socket> {
  const { signal } = context
  if (signal.aborted) throw new SilenceError('no time left to connect')
  let options: NetConnectOpts
  if ('path' in endpoint) {
    options = { path: endpoint.path }
  } else {
    const addresses = await resolve(endpoint.host, signal)
    context.reach('resolve')
    options = {
      host: endpoint.host,
      port: endpoint.port,
      lookup: answering(addresses),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: perAddress,
      noDelay: true,
    }
  }
  try {
    const socket = await opening(options, signal)
    noteContact(socket, addressText(endpoint))
    context.reach('connect')
    return socket
  } catch (error) {
    if (isSystemTimeout(error)) throw new SilenceError('no connection: the system gave up waiting')
    throw socketRefusal(error) ?? error
  }
}
