import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { startHttpPeer } from './http-peer.js'

/** How a peer turns an upgrade down. */
interface UpgradeRefusal {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

export interface WebSocketPeer {
  readonly url: string
  /** The request of the last upgrade that was asked for. */
  lastRequest(): IncomingMessage | undefined
  /** Settles once a connection has come and none is open any more. */
  released(): Promise<void>
  stop(): Promise<void>
}

/** A real WebSocket server on loopback; `refuse` decides on every upgrade. */
export async function startWebSocketPeer(
  converse: (socket: WebSocket, request: IncomingMessage) => void,
  refuse: (request: IncomingMessage) => UpgradeRefusal | undefined = () => undefined,
): Promise<WebSocketPeer> {
  const peer = await startHttpPeer((_request, response) => response.writeHead(426).end('upgrade required'))
  const server = new WebSocketServer({ noServer: true })
  const open = new Set<Socket>()
  let seen = 0
  let last: IncomingMessage | undefined
  let onChange = (): void => {}
  peer.server.on('connection', (socket) => {
    seen += 1
    open.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      onChange()
    })
  })
  peer.server.on('upgrade', (request, socket, head) => {
    last = request
    const refusal = refuse(request)
    if (refusal === undefined) return server.handleUpgrade(request, socket, head, (client) => converse(client, request))
    const headers = Object.entries({
      'content-length': String(Buffer.byteLength(refusal.body)),
      connection: 'close',
      ...refusal.headers,
    })
    socket.end(
      `HTTP/1.1 ${refusal.status} Refused\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${refusal.body}`,
    )
  })
  return {
    url: peer.url.replace('http', 'ws'),
    lastRequest: () => last,
    released: () =>
      new Promise<void>((fulfil) => {
        onChange = () => {
          if (seen > 0 && open.size === 0) fulfil()
        }
        onChange()
      }),
    async stop() {
      for (const socket of open) socket.destroy()
      await peer.stop()
    },
  }
}

/**
 * Judges an Authorization header as a service would that takes HS256 tokens only: its reason to refuse, or `undefined`.
 * Shares nothing with the code that mints tokens.
 */
export function judgeBearer(header: string | undefined, secret: string): string | undefined {
  if (header === undefined) return 'missing'
  if (!header.startsWith('Bearer ')) return 'malformed'
  const [head = '', claims = '', signature = ''] = header.slice(7).split('.')
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { readonly alg?: string }
  if (alg !== 'HS256') return 'unsigned'
  if (createHmac('sha256', secret).update(`${head}.${claims}`).digest('base64url') !== signature) return 'forged'
  const { exp = 0, iat = 0 } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
    readonly exp?: number
    readonly iat?: number
  }
  const now = Date.now() / 1000
  if (exp < now - 120) return 'expired'
  return iat > now - 30 ? 'from the future' : undefined
}
