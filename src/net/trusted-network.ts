import { BlockList, isIP } from 'node:net'
import { z } from 'zod'

/** `10.0.0.0/8` or `fd00::/8`: RFC 4632 and RFC 4291 notation. */
const networkPattern = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/

/** A host name, of which `*.` in front stands for every name below it. */
const hostPattern = /^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})$/

function addTo(list: BlockList, text: string): boolean {
  const [, address = text, length] = networkPattern.exec(text) ?? []
  const version = isIP(address)
  if (version === 0) return false
  const family = version === 6 ? 'ipv6' : 'ipv4'
  const most = version === 6 ? 128 : 32
  const prefix = length === undefined ? most : Number(length)
  if (prefix > most) return false
  list.addSubnet(address, prefix, family)
  return true
}

function isTrustedNetwork(text: string): boolean {
  return networkPattern.test(text) ? addTo(new BlockList(), text) : isIP(text) !== 0 || hostPattern.test(text)
}

/** An address, a network or a host name whose traffic needs no encryption. */
export const trustedNetwork = () =>
  z.string().max(300).refine(isTrustedNetwork, 'expected an address, a network such as 10.0.0.0/8, or a host name')

const loopback = ['127.0.0.0/8', '::1/128']

/**
 * The hosts that are neither this machine nor trusted. A name is not looked up: it is trusted by name only.
 *
 * @param hosts without brackets; a zone of an IPv6 address is not looked at
 */
export function remoteHosts(hosts: readonly string[], trusted: readonly string[]): readonly string[] {
  const addresses = new BlockList()
  const names = ['localhost', '*.localhost', ...trusted]
    .filter((text) => !addTo(addresses, text))
    .map((name) => name.toLowerCase())
  for (const network of loopback) addTo(addresses, network)
  return hosts.filter((host) => {
    const bare = host.replace(/%.*$/, '').toLowerCase()
    const version = isIP(bare)
    if (version !== 0) return !addresses.check(bare, version === 6 ? 'ipv6' : 'ipv4')
    return !names.some((name) => (name.startsWith('*.') ? bare.endsWith(name.slice(1)) : bare === name))
  })
}
