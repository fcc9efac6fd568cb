import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCertificate } from '../../sandbox/servers/certificate.js'

/** A real HTTP server on loopback. */
export interface HttpPeer {
  /** Without a slash at its end. */
  readonly url: string
  readonly port: number
  readonly server: Server
  /** PEM file to trust, for a secure one; else empty. */
  readonly certificateFile: string
  stop(): Promise<void>
}

async function listening(
  server: Server,
  scheme: string,
  certificateFile: string,
  cleanUp: () => void,
): Promise<HttpPeer> {
  await new Promise<void>((fulfil) => server.listen(0, '127.0.0.1', fulfil))
  const { port } = server.address() as AddressInfo
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    server,
    certificateFile,
    stop: () =>
      new Promise<void>((fulfil) => {
        server.closeAllConnections()
        server.close(() => {
          cleanUp()
          fulfil()
        })
      }),
  }
}

export function startHttpPeer(answer: RequestListener): Promise<HttpPeer> {
  return listening(createServer(answer), 'http', '', () => {})
}

/** With a certificate of its own making, for `localhost` and 127.0.0.1. */
export function startSecurePeer(answer: RequestListener): Promise<HttpPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-peer-'))
  const { certificateFile, keyFile } = createCertificate(folder)
  const server = createSecureServer({ cert: readFileSync(certificateFile), key: readFileSync(keyFile) }, answer)
  return listening(server, 'https', certificateFile, () => rmSync(folder, { recursive: true }))
}
