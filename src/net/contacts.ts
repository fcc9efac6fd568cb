import { channel } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

/** A server that a connection stood to. */
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

const contacts = channel('preflight:contact')
/** How the server at the other end of a socket was named. */
const named = new WeakMap<Socket, Pick<Contact, 'address' | 'peer'>>()

/** Tells who watches that a connection stands. */
export function noteContact(socket: Socket, address: string): void {
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
  contacts.subscribe(onContact)
  return () => void contacts.unsubscribe(onContact)
}
