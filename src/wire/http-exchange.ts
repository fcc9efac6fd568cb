import type { Socket } from 'node:net'
import { collectBody, type CollectedBody } from './web-body.js'
import { httpRefusal } from './http-refusal.js'
import { endOf } from './socket-end.js'
import type { WebAddress } from './web-address.js'

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD'
  readonly headers: Readonly<Record<string, string>>
  /** Bytes of the body that are read, decompressed. */
  readonly limit: number
}

export interface HttpHead {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export function headerOf(head: HttpHead, name: string): string {
  return [head.headers[name] ?? ''].flat().join(', ')
}

/**
 * Sends one request over a connected socket and reads its response to the end or to the limit.
 *
 * @param onHead told the status and headers as soon as they are there, before the body is
 * @throws Refusal with one of `httpProblems` or a connection problem; other errors of the client as they are
 */
export async function exchange(socket: Socket, address: WebAddress, request: HttpRequest, signal: AbortSignal, onHead: (head: HttpHead) => void): Promise<CollectedBody> {
  const { Client } = await import('undici')
  let handedOut = false
  const client = new Client(`http${address.secure ? 's' : ''}://${address.authority}`, {
    // One connection, ours: the client never opens another.
    connect: (_options, done) => {
      const used = handedOut
      handedOut = true
      // Not at once: the client is deaf to a connection that is given before its connect call returned (undici 7.30).
      setImmediate(() => (used || socket.destroyed ? done(endOf(socket), null) : done(null, socket)))
    },
    // The attempt's own signal is the limit.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 16 * 1024,
    allowH2: false,
  })
  try {
    const response = await client.request({ path: address.target.reveal(), method: request.method, headers: { ...request.headers }, signal })
    const head: HttpHead = { status: response.statusCode, headers: response.headers }
    onHead(head)
    return await collectBody(response.body, headerOf(head, 'content-encoding'), request.limit)
  } catch (error) {
    throw httpRefusal(error) ?? error
  } finally {
    socket.destroy()
    await client.destroy().catch(() => {})
  }
}
