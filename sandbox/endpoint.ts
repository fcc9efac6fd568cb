import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** A listening HTTP or WebSocket server of a stand-in. It can be closed and opened again on the same port. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  isOpen(): boolean
  open(): Promise<void>
  /** Stops listening and cuts every connection. */
  close(): Promise<void>
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/** Opens the server; port 0 takes a free one, and keeps it. */
export async function openEndpoint(server: Server, host: string, wantedPort: number): Promise<Endpoint> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  const port = await listen(server, host, wantedPort)
  return {
    host,
    port,
    isOpen: () => server.listening,
    async open() {
      if (!server.listening) await listen(server, host, port)
    },
    async close() {
      if (!server.listening) return
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
    },
  }
}

const reasons: Readonly<Record<number, string>> = {
  302: 'Found',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Answers an upgrade request with an ordinary response and closes. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Refused'}`,
    ...Object.entries({ ...headers, 'Content-Length': String(Buffer.byteLength(body)), Connection: 'close' }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
