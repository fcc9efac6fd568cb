import { mkdtempSync, readFileSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { once } from 'node:events'
import { createCertificate } from '../servers/certificate.js'
import { effect, sightings, type Fault } from './fault.js'

const runtime = (name: string): string => `arqonbus/runtime/${name}`

/** What ends TLS in front of the bus, as operators put it there. The clients' address is then another one. */
export const busCertificateFault: Fault = {
  name: 'bus-certificate-untrusted',
  title: 'what ends TLS in front of the bus has a certificate that no client trusts',
  group: 'processes',
  caughtBy: runtime('certificate'),
  says: 'the certificate',
  ...sightings.wrong,
  class: 'config',
  alsoRed: [
    ...['missing', 'forged', 'expired', 'unsigned'].map((token) => `rejects-${token}-token`),
    ...['accepts-valid-token', 'refuses-json', 'casil-matches', 'operator-commands', 'omega-matches'],
  ].map(runtime),
  async apply({ bus, folder }) {
    const { certificateFile, keyFile } = createCertificate(mkdtempSync(join(folder, 'edge-')))
    const { port } = bus.webSocket
    const edge = createServer({ cert: readFileSync(certificateFile), key: readFileSync(keyFile) }, (client) => {
      const inside = connect(port, '127.0.0.1')
      for (const [one, other] of [
        [client, inside],
        [inside, client],
      ] as const)
        one.on('error', () => other.destroy()).on('close', () => other.destroy())
      client.pipe(inside).pipe(client)
    })
    edge.on('tlsClientError', () => undefined)
    edge.listen(0, '127.0.0.1')
    await once(edge, 'listening')
    return effect({
      inputs: { bus_url: `wss://127.0.0.1:${(edge.address() as AddressInfo).port}/` },
      async undo() {
        const closed = once(edge, 'close')
        edge.close()
        await closed
      },
    })
  },
}
