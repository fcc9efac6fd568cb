import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'

interface CertificateServer {
  readonly port: number
  stop(): Promise<void>
}

const info = {
  server_id: 'certificates',
  server_name: 'certificates',
  version: '2.9.10',
  proto: 1,
  max_payload: 1_048_576,
  headers: true,
  tls_required: true,
}

/**
 * A server that speaks NATS as far as the login: INFO in the clear, TLS, and a PONG for a PING. It hangs up on a client
 * that wants more.
 *
 * @param chain PEM, the server's own first
 * @param key PEM
 * @param host where it listens: an address of the loopback
 */
export async function serveCertificate(chain: string, key: string, host = '127.0.0.1'): Promise<CertificateServer> {
  // Level 0 lets it present what OpenSSL's defaults find too weak.
  const secureContext = createSecureContext({ cert: chain, key, ciphers: 'DEFAULT@SECLEVEL=0', minVersion: 'TLSv1.2' })
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', () => {})
    socket.write(`INFO ${JSON.stringify(info)}\r\n`)
    const tls = new TLSSocket(socket, { isServer: true, secureContext })
    tls.on('error', () => socket.destroy())
    tls.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1')
      if (text.includes('SUB')) tls.end()
      else if (text.includes('PING')) tls.write('PONG\r\n')
    })
  })
  await new Promise<void>((fulfil) => server.listen({ port: 0, host }, fulfil))
  const stop = () =>
    new Promise<void>((fulfil) => {
      server.close(() => fulfil())
      for (const socket of open) socket.destroy()
    })
  return { port: (server.address() as AddressInfo).port, stop }
}
