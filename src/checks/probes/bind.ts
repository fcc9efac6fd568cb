import { createServer } from 'node:net'
import { z } from 'zod'
import { codeOf, ElsewhereError } from '../../base/errors.js'
import { defineProbe } from '../../engine/probe.js'
import { machineOf, ownAddresses } from '../../processes/sockets/listening-sockets.js'
import { addressesOf } from '../../net/dial.js'
import { peerWords } from '../../net/refusal.js'

const input = z.strictObject({
  host: z.string().min(1).max(255).describe('host name or address that a service is configured to listen on'),
  machine: z
    .enum(['here', 'elsewhere'])
    .default('here')
    .describe(
      'where the service runs: on this machine, or on another one. The addresses of another machine cannot be tried here, so the check is then not applicable',
    ),
})

const facts = z.strictObject({
  known: z.boolean().describe('it is an address, or a name that resolves to one'),
  addresses: z.array(z.string()).describe('the addresses that it resolves to'),
  bindable: z.boolean().describe('this machine can listen on at least one of them'),
  own: z.array(z.string()).describe('the addresses of this machine'),
})

/** What bind(2) answers for an address that is not this machine's, or of a protocol that it does not have. */
const notHere: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'])

/** Whether the system lets a listener be at an address: on a free port, and for no longer than that. */
function canListen(address: string): Promise<boolean> {
  return new Promise((fulfil, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error) => (notHere.has(codeOf(error)) ? fulfil(false) : reject(error)))
    server.listen(0, address, () => server.close(() => fulfil(true)))
  })
}

export const probe = defineProbe({
  kind: 'bind',
  title: 'whether this machine can listen on a host',
  description:
    'Resolves a host and opens a listener on each of its addresses, on a free port, for a moment: the system itself then says whether the address is one of this machine. Opens no connection. It does not find out whether a port is in use.',
  input,
  facts,
  defaultTimeout: 3000,
  examples: [
    { title: 'a service can listen on its configured address', input: { host: '0.0.0.0' }, expect: 'facts.bindable' },
  ],
  async observe({ host, machine }, { signal }) {
    // The loopback and the wildcard are addresses of every machine.
    if (machine === 'elsewhere' && machineOf(host) !== 'this')
      throw new ElsewhereError(`another machine listens on ${peerWords(host)}: not tried here`)
    const addresses = await addressesOf(host, signal)
    const answers = await Promise.all(addresses.map(canListen))
    return {
      known: addresses.length > 0,
      addresses: [...addresses],
      bindable: answers.includes(true),
      own: [...ownAddresses()].sort(),
    }
  },
})
