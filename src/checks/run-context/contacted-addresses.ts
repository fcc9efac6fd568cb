import type { Redactor } from '../../redaction/redact.js'
import type { ContactedAddress } from '../result/judged-context.js'
import { watchContacts, type Contact } from '../../net/contacts.js'

/** Gathers which servers are connected to, until it is asked for them. */
export interface ContactWatch {
  /** By address. */
  addresses(redactor: Pick<Redactor, 'text'>): ContactedAddress[]
  stop(): void
}

/** Names that one address leads to at most: what a name server gives without end is cut. */
const mostPeers = 64

/** Watches every connection that a probe makes from now on. What a program contacts that a check runs is not seen. */
export function gatherContacts(): ContactWatch {
  const seen = new Map<string, { readonly peers: Set<string>; readonly certificates: Set<string> }>()
  const stop = watchContacts(({ address, peer, certificate }: Contact) => {
    const entry = seen.get(address) ?? { peers: new Set<string>(), certificates: new Set<string>() }
    seen.set(address, entry)
    if (peer !== undefined && entry.peers.size < mostPeers) entry.peers.add(peer)
    if (certificate !== undefined && entry.certificates.size < mostPeers) entry.certificates.add(certificate)
  })
  return {
    stop,
    addresses: (redactor) =>
      [...seen]
        .map(([address, { peers, certificates }]) => ({
          address: redactor.text(address),
          peers: [...peers].toSorted(),
          certificates: [...certificates].toSorted(),
        }))
        .sort(({ address: a }, { address: b }) => (a < b ? -1 : 1)),
  }
}
