import { lookup } from 'node:dns/promises'
import type { LookupAddress } from 'node:dns'
import { connect, isIP, type LookupFunction, type NetConnectOpts, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { SilenceError, codeOf } from '../base/errors.js'
import { untilAborted } from '../base/time/waiting.js'
import { addressKey } from './host-port.js'
import { takeTurn } from './turn.js'
import { misconfigured, isSystemTimeout, socketRefusal } from './refusal.js'
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'

/** Where to connect: a TCP address, or the path of a unix socket. */
export type DialledEndpoint = { readonly host: string; readonly port: number } | { readonly path: string }

interface DialContext {
  readonly signal: AbortSignal
  /**
   * Called with `resolve` when the name has an address (a unix socket has no name), and with `connect` when the
   * connection is open.
   */
  reach(rung: 'resolve' | 'connect'): void
}

/**
 * Milliseconds for one address of several before the next is tried: a far peer answers within it, a black hole costs no
 * more.
 */
const perAddress = 1000

/**
 * Refuses what the system's resolver refuses and Node lets through: a zone that is not an interface of this host, one
 * by name on an address that is not link-local, and a link-local address without one.
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

function addressText(endpoint: DialledEndpoint): string {
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
    let isOpen = false
    signal.addEventListener('abort', abandon, { once: true })
    socket.once('close', () => {
      signal.removeEventListener('abort', abandon)
      if (!isOpen) reject(new SilenceError('no connection within the time limit'))
    })
    // Stays permanently: a reset between two rungs, when no driver listens yet, must not end the process.
    socket.on('error', reject)
    socket.once('connect', () => {
      isOpen = true
      fulfil(socket)
    })
    if (signal.aborted) abandon()
  })
}

/**
 * Resolves, waits for its turn where a pack gives the address a budget, and connects. The socket is destroyed when the
 * signal aborts, for as long as it lives; the caller destroys it when done.
 *
 * @throws Refusal when the failure is one of the connection problems that every ladder kind has
 * @throws SilenceError when the signal aborts first, or the system gives up waiting
 */
export async function dial(endpoint: DialledEndpoint, context: DialContext): Promise<Socket> {
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
  const end = await takeTurn('path' in endpoint ? endpoint.path : addressKey(endpoint), signal)
  try {
    const socket = await opening(options, signal)
    socket.once('close', end)
    noteContact(socket, addressText(endpoint))
    context.reach('connect')
    return socket
  } catch (error) {
    end()
    if (isSystemTimeout(error)) throw new SilenceError('no connection: the system stopped waiting')
    throw socketRefusal(error) ?? error
  }
}

/**
 * The addresses that a host stands for, by the system's own resolver; none for a name that has none.
 *
 * @throws Error when the look-up itself fails; SilenceError when the signal aborts first
 */
export async function addressesOf(host: string, signal: AbortSignal): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host]
  // The look-up would read no further than this.
  if (host.includes('\0')) throw new Error('the host name contains a NUL character')
  try {
    return (await untilAborted(signal, lookup(host, { all: true, order: 'verbatim' }))).map(({ address }) => address)
  } catch (error) {
    if (codeOf(error) === 'ENOTFOUND') return []
    throw error
  }
}

/** A server that this process connected to. */
export interface Contact {
  /** As it was named: `host:port`, or the path of a unix socket. */
  readonly address: string
  /** Where the name led: `ip:port`; `undefined` for a unix socket. */
  readonly peer: string | undefined
  /**
   * sha256 (hex) of the certificate (DER) by which the server made itself known; `undefined` where TLS was not spoken
   * (yet).
   */
  readonly certificate: string | undefined
}

const contactChannel = 'preflight:contact'
const contacts = channel(contactChannel)

/** How the server at the other end of a socket was named. */
const named = new WeakMap<Socket, Pick<Contact, 'address' | 'peer'>>()

/** Tells subscribers that a connection is open. */
function noteContact(socket: Socket, address: string): void {
  const { remoteAddress: host, remotePort: port } = socket
  const contact = {
    address,
    peer: host === undefined || port === undefined ? undefined : `${host.includes(':') ? `[${host}]` : host}:${port}`,
  }
  named.set(socket, contact)
  contacts.publish({ ...contact, certificate: undefined } satisfies Contact)
}

/** The same for the certificate that the server showed on it. @param fingerprint as Node writes it: `AB:CD:…` */
export function noteCertificate(socket: Socket, fingerprint: string | undefined): void {
  const contact = named.get(socket)
  if (contact !== undefined && fingerprint !== undefined)
    contacts.publish({ ...contact, certificate: fingerprint.replaceAll(':', '').toLowerCase() } satisfies Contact)
}

/** Watches all connections of this process. @returns what ends that */
export function watchContacts(listener: (contact: Contact) => void): () => void {
  const onContact = (message: unknown): void => listener(message as Contact)
  subscribe(contactChannel, onContact)
  return () => void unsubscribe(contactChannel, onContact)
}
