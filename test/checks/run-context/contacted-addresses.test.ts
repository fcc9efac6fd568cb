import { X509Certificate } from 'node:crypto'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../../../sandbox/process/free-port.js'
import { gatherContacts } from '../../../src/checks/run-context/run-context.js'
import { probe as http } from '../../../src/checks/probes/http.js'
import { probe as redis } from '../../../src/checks/probes/redis.js'
import { probe as tcp } from '../../../src/checks/probes/tcp.js'
import { probe as tls } from '../../../src/checks/probes/tls.js'
import { observe } from '../probes/observe.js'
import { datedCertificate } from '../../servers/dated-certificate.js'

const asIs = { text: (text: string) => text }

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe('the addresses contacted', () => {
  it('are those the servers to which a connection was open, as they were named, with where the name led', async () => {
    const port = await listening(createServer((socket) => socket.on('error', () => {}).end()))
    const refused = await freePort()
    const contacts = gatherContacts()
    for (const host of ['localhost', '127.0.0.1', 'localhost']) await observe(tcp, { address: `${host}:${port}` })
    await observe(tcp, { address: `127.0.0.1:${refused}` })
    await observe(redis, { url: `redis://:pw@127.0.0.1:${port}/0` }).catch(() => undefined)
    contacts.stop()
    await observe(tcp, { address: `127.0.0.1:${port}` })
    expect(contacts.addresses(asIs)).toEqual([
      { address: `127.0.0.1:${port}`, peers: [`127.0.0.1:${port}`], certificates: [] },
      { address: `localhost:${port}`, peers: [`127.0.0.1:${port}`], certificates: [] },
    ])
  })

  it('have the certificate by which the server made itself known', async () => {
    const certificate = datedCertificate('localhost', -1, 30)
    const server = createTlsServer({ ...certificate }, (socket) => socket.on('error', () => {}).resume())
    server.on('tlsClientError', () => {})
    const port = await listening(server)
    const contacts = gatherContacts()
    await observe(tls, { host: 'localhost', port })
    contacts.stop()
    const fingerprint = new X509Certificate(certificate.cert).fingerprint256.replaceAll(':', '').toLowerCase()
    expect(contacts.addresses(asIs)).toEqual([
      { address: `localhost:${port}`, peers: [`127.0.0.1:${port}`], certificates: [fingerprint] },
    ])
  })

  it('do not have one that was refused', async () => {
    const server = createTlsServer({ ...datedCertificate('localhost', -1, 30) }, (socket) =>
      socket.on('error', () => {}).resume(),
    )
    server.on('tlsClientError', () => {})
    const port = await listening(server)
    const contacts = gatherContacts()
    await observe(http, { url: `https://localhost:${port}/` })
    contacts.stop()
    expect(contacts.addresses(asIs)).toMatchObject([{ address: `localhost:${port}`, certificates: [] }])
  })

  it('are redacted like everything else', async () => {
    const port = await listening(createServer((socket) => socket.on('error', () => {}).end()))
    const contacts = gatherContacts()
    await observe(tcp, { address: `127.0.0.1:${port}` })
    contacts.stop()
    expect(contacts.addresses({ text: () => '[redacted]' })[0]?.address).toBe('[redacted]')
  })
})
