import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitForLog } from '../../sandbox/servers/server.js'
import { requireBinary } from '../../sandbox/process/binary.js'
import { freePort } from '../../sandbox/process/free-port.js'
import { startOwnedProcess } from '../../sandbox/process/owned-process.js'
import type { DatedCertificate } from './dated-certificate.js'

interface WebSocketNats {
  readonly port: number
  stop(): Promise<void>
}

/** A NATS server that is reached by WebSocket, with one user `app` and its password `pw-of-app`. */
export async function startNatsOverWebSocket(folder: string, certificate?: DatedCertificate): Promise<WebSocketNats> {
  mkdirSync(folder, { recursive: true })
  const [port, webPort] = [await freePort(), await freePort()]
  const [certFile, keyFile] = [join(folder, 'server.crt'), join(folder, 'server.key')]
  if (certificate !== undefined) {
    writeFileSync(certFile, certificate.cert)
    writeFileSync(keyFile, certificate.key, { mode: 0o600 })
  }
  const websocket = {
    host: '127.0.0.1',
    port: webPort,
    ...(certificate === undefined ? { no_tls: true } : { tls: { cert_file: certFile, key_file: keyFile } }),
  }
  const configurationFile = join(folder, 'nats.conf')
  writeFileSync(
    configurationFile,
    JSON.stringify({
      host: '127.0.0.1',
      port,
      websocket,
      authorization: { users: [{ user: 'app', password: 'pw-of-app' }] },
    }),
  )
  const process = await startOwnedProcess({
    command: requireBinary(['nats-server']),
    args: ['-c', configurationFile],
    folder,
    logFile: join(folder, 'nats.log'),
  })
  await waitForLog('NATS', process, /Server is ready/)
  return { port: webPort, stop: () => process.stop('SIGKILL') }
}
