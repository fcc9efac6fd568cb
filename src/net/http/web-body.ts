import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { codeOf, messageOf } from '../../base/errors.js'
import { peerWords } from '../peer-words.js'
import { refusedByPeer } from '../refusal.js'

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
 * so
 * that a small reply cannot unfold into memory without end.
 *
 * @param limit bytes
 * @throws Refusal `bad-encoding` when it cannot be decompressed; the source's own errors as they are
 */
export async function collectBody(source: Readable, contentEncoding: string, limit: number): Promise<CollectedBody> {
  const chunks: Buffer[] = []
  let room = limit
  let truncated = false
  const collect = async (body: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of body) {
      chunks.push(chunk.subarray(0, room))
      truncated = chunk.length > room
      if (truncated) return
      room -= chunk.length
    }
  }
  try {
    const decoder = decoderOf(contentEncoding)
    await (decoder === undefined ? pipeline(source, collect) : pipeline(source, decoder, collect))
  } catch (error) {
    // Leaving early destroys the source, which each kind of source reports in its own way.
    if (truncated) return { bytes: Buffer.concat(chunks), truncated }
    if (/^(Z_|ERR_BROTLI|ERR__ERROR_FORMAT)/.test(codeOf(error)))
      throw refusedByPeer('bad-encoding', peerWords(messageOf(error)))
    throw error
  }
  return { bytes: Buffer.concat(chunks), truncated }
}
