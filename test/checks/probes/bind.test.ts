import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { ElsewhereError } from '../../../src/base/errors.js'
import { probe } from '../../../src/checks/probes/bind.js'
import { observe } from './observe.js'

const own = Object.values(networkInterfaces())
  .flatMap((addresses) => (addresses ?? []).map(({ address }) => address))
  .sort()

describe('bind', () => {
  it.each(['0.0.0.0', '127.0.0.1', '127.8.8.8', 'localhost'])('can listen on %s', async (host) => {
    expect(await observe(probe, { host })).toMatchObject({ known: true, bindable: true, own })
  })

  it('can listen on the addresses of this machine that have no zone', async () => {
    for (const host of own.filter((address) => !address.startsWith('fe80:')))
      expect(await observe(probe, { host })).toMatchObject({ addresses: [host], bindable: true })
  })

  it.each(['192.0.2.1', '198.51.100.7', '2001:db8::1'])(
    'cannot listen on %s, which is of another machine',
    async (host) => {
      expect(await observe(probe, { host })).toEqual({ known: true, addresses: [host], bindable: false, own })
    },
  )

  it('tries no address of a service on another machine but those that every machine has', async () => {
    await expect(observe(probe, { host: '192.0.2.1', machine: 'elsewhere' })).rejects.toThrow(ElsewhereError)
    await expect(observe(probe, { host: 'bus.example', machine: 'elsewhere' })).rejects.toThrow(
      'another machine listens on bus.example',
    )
    for (const host of ['0.0.0.0', '127.0.0.1', 'localhost'])
      expect(await observe(probe, { host, machine: 'elsewhere' })).toMatchObject({ bindable: true })
  })

  it('tells a name that does not resolve to an address', async () => {
    expect(await observe(probe, { host: 'no-such-host.invalid' })).toEqual({
      known: false,
      addresses: [],
      bindable: false,
      own,
    })
  })

  it('rejects a name that cannot be looked up', async () => {
    await expect(observe(probe, { host: 'a\0b' })).rejects.toThrow('the host name contains a NUL character')
  })
})
