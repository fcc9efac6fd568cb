import { expect, it } from 'vitest'
import { remoteHosts, trustedNetwork } from '../../src/net/trusted-network.js'

it.each(['127.0.0.1', '127.8.9.10', '::1', '0:0:0:0:0:0:0:1', 'localhost', 'LOCALHOST', 'db.localhost'])(
  '%s is this machine',
  (host) => {
    expect(remoteHosts([host], [])).toEqual([])
  },
)

it.each(['10.0.0.1', '0.0.0.0', '128.0.0.1', '::2', 'fe80::1%eth0', 'db', 'localhost.example.org', 'notlocalhost'])(
  '%s is not',
  (host) => {
    expect(remoteHosts([host], [])).toEqual([host])
  },
)

it('trusts networks, addresses and names that are listed, and no others', () => {
  const trusted = ['10.0.0.0/8', 'fd00::/8', '192.0.2.7', 'cache', '*.internal']
  expect(remoteHosts(['10.255.0.1', 'fd12::1', '192.0.2.7', 'Cache', 'db.internal'], trusted)).toEqual([])
  expect(
    remoteHosts(['11.0.0.1', 'fe80::1', '192.0.2.8', 'cache2', 'internal', 'db.internal.example.org'], trusted),
  ).toHaveLength(6)
})

it.each(['10.0.0.0/33', 'fd00::/129', '10.0.0/8', '', 'a b', '10.0.0.0/', 'http://x'])(
  'refuses %j as a network',
  (text) => {
    expect(trustedNetwork().safeParse(text).success).toBe(false)
  },
)
