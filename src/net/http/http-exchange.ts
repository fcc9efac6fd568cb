import { request as sendRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { httpRefusal } from './http-refusal.js'
import { Refusal } from '../refusal.js'
import { collectBody, type CollectedBody } from './web-body.js'
import type { WebAddress } from './web-address.js'

export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type HttpMethod = (typeof httpMethods)[number]

export interface HttpRequest {
  readonly method: HttpMethod
  readonly headers: Readonly<Record<string, string>>
  /** What is sent after the headers; nothing when absent. */
  readonly body?: Buffer
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
 * Sends one request over a connected socket and reads its response to the end or to the limit. The socket is used up.
 *
 * Node's own client: undici 7.30.2 ends the process with an assertion that nobody can catch when the connection of a
 * body
 * without a length ends after the reader left, or while the reader is slow (nodejs/undici#5360).
 *
 * @param onHead told the status and headers as soon as they are there, before the body is
 * @throws Refusal with one of `httpProblems` or a connection problem; other errors of the client as they are
 */
export async function exchange(
  socket: Socket,
  address: WebAddress,
  request: HttpRequest,
  onHead: (head: HttpHead) => void,
): Promise<CollectedBody> {
  let failure: unknown
  try {
    const sent = sendRequest({
      createConnection: () => socket,
      method: request.method,
      path: address.target.reveal(),
      // Always of a known length: without one, Node would send a body in chunks, which not every peer reads.
      headers: {
        ...request.headers,
        ...(request.body === undefined ? {} : { 'content-length': String(request.body.length) }),
      },
      setHost: false,
      maxHeaderSize: 16 * 1024,
      insecureHTTPParser: false,
    })
    const response = await new Promise<IncomingMessage>((fulfil, reject) => {
      // Stays for good: what breaks in the middle of the body is reported here as well, and better.
      sent.on('error', (error) => {
        failure = error
        reject(error)
      })
      sent.once('response', fulfil)
      // An upgrade that nobody asked for is an answer like any other.
      sent.once('upgrade', fulfil)
      sent.end(request.body)
    })
    const head: HttpHead = { status: response.statusCode ?? 0, headers: response.headers }
    onHead(head)
    if (head.status === 101) return { bytes: Buffer.alloc(0), truncated: false }
    return await collectBody(response, headerOf(head, 'content-encoding'), request.limit)
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw httpRefusal(socket.errored ?? failure ?? error) ?? error
  } finally {
    socket.destroy()
  }
}
