import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'

export interface Frame {
  readonly isBinary: boolean
  readonly data: Buffer
}

interface Refusal {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** An open connection whose frames can be awaited one by one. */
export interface RawConnection {
  send(data: string | Uint8Array): void
  /** The next frame; undefined when the wait ends without one or the connection was closed. */
  next(withinMs?: number): Promise<Frame | undefined>
  close(): void
}

type Upgrade =
  | { readonly connection: RawConnection; readonly refusal?: undefined }
  | { readonly refusal: Refusal; readonly connection?: undefined }

function readConnection(socket: WebSocket, frames: readonly Frame[]): RawConnection {
  let read = 0
  return {
    send: (data) => socket.send(data),
    async next(withinMs = 2000) {
      const deadline = Date.now() + withinMs
      while (frames.length === read && socket.readyState === WebSocket.OPEN && Date.now() < deadline) await sleep(5)
      const frame = frames[read]
      if (frame !== undefined) read += 1
      return frame
    },
    close: () => socket.terminate(),
  }
}

async function readRefusal(response: IncomingMessage): Promise<Refusal> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }
}

/** Asks for an upgrade; gives the connection or the refusal. Rejects when there is neither within `withinMs`. */
export function upgrade(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  withinMs = 3000,
): Promise<Upgrade> {
  const socket = new WebSocket(url, { headers: { ...headers }, handshakeTimeout: withinMs })
  const frames: Frame[] = []
  socket.on('message', (data, isBinary) => frames.push({ data: data as Buffer, isBinary }))
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ connection: readConnection(socket, frames) }))
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      readRefusal(response).then((refusal) => resolve({ refusal }), reject)
    })
    socket.on('error', reject)
  })
}

/** An upgrade that must succeed. */
export async function open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<RawConnection> {
  const { connection, refusal } = await upgrade(url, headers)
  if (connection === undefined) throw new Error(`refused with ${refusal.status}: ${refusal.body}`)
  return connection
}
