import { request as sendRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import {
  type Refusal,
  peerWords,
  misconfigured,
  refusedByPeer,
  connectionClosed,
  socketRefusal,
  isRefusal,
} from '../refusal.js'
import type { WebAddress } from './web-address.js'
import { codeOf, messageOf } from '../../base/errors.js'
import { tlsProblems, tlsRefusal } from '../tls-connection.js'
import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

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
  const value = head.headers[name] ?? ''
  return typeof value === 'string' ? value : value.join(', ')
}

/**
 * Sends one request over a connected socket and reads its response to the end or to the limit. The socket is used up.
 *
 * Node's own client: undici 7.30.2 ends the process with an assertion that cannot be caught when the connection of a
 * body without a length ends after the reader left, or while the reader is slow (nodejs/undici#5360).
 *
 * @param onHead called with the status and headers as soon as they are there, before the body is
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
      // Stays permanently: what breaks in the middle of the body is reported here as well, and better.
      sent.on('error', (error) => {
        failure = error
        reject(error)
      })
      sent.once('response', fulfil)
      // An upgrade that was not asked for is an answer like any other.
      sent.once('upgrade', fulfil)
      sent.end(request.body)
    })
    const head: HttpHead = { status: response.statusCode ?? 0, headers: response.headers }
    onHead(head)
    if (head.status === 101) return { bytes: Buffer.alloc(0), truncated: false }
    return await collectBody(response, headerOf(head, 'content-encoding'), request.limit)
  } catch (error) {
    if (isRefusal(error)) throw error
    throw httpRefusal(socket.errored ?? failure ?? error) ?? error
  } finally {
    socket.destroy()
  }
}

/** The problem codes of every kind that speaks HTTP. */
export const httpProblems = [
  ...tlsProblems,
  'bad-url',
  'tls-required',
  'not-http',
  'too-large',
  'bad-encoding',
] as const

const prematureClose = 'ERR_STREAM_PREMATURE_CLOSE'

const cutOff = new Set(['HPE_INVALID_EOF_STATE', 'HPE_CLOSED_CONNECTION', prematureClose])

/** Node's words for a connection that ended before or in the middle of a response; its code calls both a reset. */
const hungUp = new Set(['socket hang up', 'aborted'])

/** The first byte of a TLS alert: what a TLS server says to one who does not speak TLS (RFC 8446 §5.1). */
const tlsAlert = 0x15

function firstByteOf(error: object): number | undefined {
  return 'rawPacket' in error && error.rawPacket instanceof Uint8Array ? error.rawPacket[0] : undefined
}

/**
 * Classifies what Node's HTTP client reports of a peer.
 *
 * @returns `undefined` for an unknown failure
 */
export function httpRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined
  if (isRefusal(error)) return error
  const code = codeOf(error)
  if (code === 'HPE_HEADER_OVERFLOW') return refusedByPeer('too-large', 'the response headers are larger than 16 KiB')
  if (cutOff.has(code) || hungUp.has(error.message)) return connectionClosed(peerWords(messageOf(error)))
  if (code.startsWith('HPE_')) {
    if (firstByteOf(error) === tlsAlert) return misconfigured('tls-required', 'the peer answers in TLS')
    return misconfigured('not-http', peerWords(messageOf(error)))
  }
  return socketRefusal(error) ?? tlsRefusal(error)
}

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
}

/** What arrived of a body, decompressed. */
export interface CollectedBody {
  readonly bytes: Buffer
  /** It went on beyond the limit. */
  readonly truncated: boolean
}

function decoderOf(contentEncoding: string): Transform | undefined {
  const encoding = contentEncoding.trim().toLowerCase()
  if (encoding === '' || encoding === 'identity') return undefined
  const make = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined
  if (make === undefined) throw refusedByPeer('bad-encoding', peerWords(`the content encoding is ${encoding}`))
  return make()
}

/**
 * Reads a body to its end or to the limit, whichever comes first. The limit counts what comes out of the decompression,
 * so that a small reply cannot unfold into memory without end.
 *
 * @param limit bytes
 * @throws Refusal `bad-encoding` when it cannot be decompressed; the source's own errors as they are
 */
export async function collectBody(source: Readable, contentEncoding: string, limit: number): Promise<CollectedBody> {
  const decoder = decoderOf(contentEncoding)
  if (decoder === undefined) return collect(source, limit)
  // What breaks the source ends the decoder with the same error, which is read from there.
  pipeline(source, decoder).catch(() => undefined)
  return collect(decoder, limit).catch((error: unknown) => {
    if (/^(Z_|ERR_BROTLI|ERR__ERROR_FORMAT)/.test(codeOf(error)))
      throw refusedByPeer('bad-encoding', peerWords(messageOf(error)))
    throw error
  })
}

/** By events: the iterator of a stream, and more so a pipeline, cost as much as the rest of a response. */
function collect(source: Readable, limit: number): Promise<CollectedBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let room = limit
    source.on('data', (chunk: Buffer) => {
      chunks.push(chunk.subarray(0, Math.max(0, room)))
      room -= chunk.length
      if (room >= 0) return
      resolve({ bytes: Buffer.concat(chunks), truncated: true })
      source.destroy()
    })
    source.once('end', () => resolve({ bytes: Buffer.concat(chunks), truncated: false }))
    source.on('error', reject)
    source.once('close', () => {
      // As Node's own readers of streams say it.
      if (!source.readableEnded) reject(Object.assign(new Error('Premature close'), { code: prematureClose }))
    })
  })
}
