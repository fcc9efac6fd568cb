import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:tls'
import { certificateFileIn, createCertificate } from '../servers/certificate.js'
import { effect, sightings, type Fault } from './fault.js'

const caughtBy = 'arqonbus/runtime/client-tls'

/** What clients see in front of the bus. The sandbox has no such front, and its deployment names none. */
export const clientTlsFaults: readonly Fault[] = [
  {
    name: 'clients-without-tls',
    group: 'servers',
    title: 'the address at which clients reach the bus has no TLS',
    caughtBy,
    says: 'does not begin with wss://',
    ...sightings.wrong,
    class: 'config',
    alsoRed: [],
    apply: async ({ inputs }) => effect({ inputs: { 'arqonbus.client_url': inputs['arqonbus.bus_url']! } }),
  },
  {
    name: 'clients-refuse-the-certificate',
    group: 'servers',
    title: 'clients reach the bus with a certificate that no authority of theirs signed',
    caughtBy,
    cure: {
      inputs: {
        'arqonbus.client_trust_file': {
          value: ({ servers }) => certificateFileIn(servers.redis.folder),
          words: ['for a private authority'],
        },
      },
    },
    ...sightings.wrong,
    class: 'config',
    alsoRed: [],
    async apply({ servers }) {
      const { certificateFile, keyFile } = createCertificate(servers.redis.folder)
      const front = createServer({ cert: readFileSync(certificateFile), key: readFileSync(keyFile) })
      const port = await listening(front)
      return effect({
        inputs: { 'arqonbus.client_url': `wss://127.0.0.1:${port}`, 'arqonbus.certificate_days': '7' },
        undo: () => new Promise<void>((resolve) => void front.close(() => resolve())),
      })
    },
  },
]

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
