import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip, type Gunzip } from 'node:zlib'
import { codeOf, messageOf } from '../../base/errors.js'
import { BundleError } from './entries.js'
import { closedStream, type TarContent, TarContents, TarPosition } from './tar-contents.js'
import { longestTar, type BundleLimits } from './manifest.js'
import { pipeline } from 'node:stream/promises'
import { extract, type Header } from 'tar-stream'

const blockBytes = 64 * 1024

/**
 * Reads a bundle's archive as it is unpacked, so that what is kept in memory never exceeds the limits, whatever the
 * archive unpacks to.
 *
 * @throws BundleError when anything in it is not what a capture writes
 */
export async function readArchive(handle: FileHandle, limits: BundleLimits, signal?: AbortSignal): Promise<TarContent> {
  const { size } = await handle.stat()
  if (size > longestTar(limits))
    throw new BundleError('too-large', `the archive has ${size} bytes before it is unpacked`)
  await refuseOtherFormats(handle, size)
  const gunzip = createGunzip({ chunkSize: blockBytes })
  const content = await readTar(unpacked(handle, gunzip, longestTar(limits), signal), limits)
  // What is behind the end of the compressed data is passed over in silence by zlib when it begins with a zero.
  if (gunzip.bytesWritten !== size) throw trailingData()
  return content
}

async function refuseOtherFormats(handle: FileHandle, size: number): Promise<void> {
  if (size === 0) throw new BundleError('not-a-bundle', 'the file is empty')
  const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0)
  if (buffer[0] !== 0x1f || buffer[1] !== 0x8b)
    throw new BundleError('not-a-bundle', 'the file is not compressed with gzip')
}

/** The unpacked bytes, and not many more than `longest`. */
async function* unpacked(
  handle: FileHandle,
  gunzip: Gunzip,
  longest: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const source = Readable.from(blocksOf(handle))
  source.on('error', (error) => gunzip.destroy(error))
  source.pipe(gunzip)
  let length = 0
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      signal?.throwIfAborted()
      length += chunk.length
      if (length > longest) throw new BundleError('too-large', `it unpacks to more than ${longest} bytes`)
      yield chunk
    }
  } catch (thrown) {
    throw unpackingError(thrown)
  } finally {
    // The file may be closed only when no read is under way.
    await closedStream(source)
  }
}

async function* blocksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(blockBytes), 0, blockBytes, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

function unpackingError(thrown: unknown): unknown {
  const code = codeOf(thrown)
  if (thrown instanceof BundleError || code === '' || code === 'ABORT_ERR') return thrown
  if (code === 'Z_BUF_ERROR')
    return new BundleError('truncated', 'the compressed data are incomplete', { cause: thrown })
  // The file began as gzip does: what does not, is behind it.
  if (code === 'Z_DATA_ERROR' && messageOf(thrown) === 'incorrect header check') return trailingData(thrown)
  if (code.startsWith('Z_')) return new BundleError('damaged', 'the compressed data are damaged', { cause: thrown })
  return new BundleError('unreadable', `the file cannot be read completely (${code})`, { cause: thrown })
}

function trailingData(cause?: unknown): BundleError {
  return new BundleError('trailing-data', 'there is more data after the end of the compressed data', { cause })
}

/** What the library says of an entry. `byteOffset` is where its content begins; its published types leave that out. */
type TarHeader = Header & { readonly byteOffset?: number }

/**
 * Reads a tar stream into memory.
 *
 * Only plain headers are accepted, of files and folders. The library applies extended headers (long names, pax records)
 * without showing them, and reads on behind an end mark; so each entry must follow exactly behind the one before, and
 * zeros behind the last.
 *
 * @throws BundleError when anything in it is not what a capture writes; whatever `chunks` throws
 */
async function readTar(chunks: AsyncIterable<Buffer>, limits: BundleLimits): Promise<TarContent> {
  const position = new TarPosition()
  const contents = new TarContents(limits)
  const source = Readable.from(watched(chunks, position))
  const entries = extract()
  const failure = pipeline(source, entries).then(
    () => undefined,
    (thrown: unknown) => ({ thrown }),
  )
  try {
    for await (const entry of entries) {
      const header: TarHeader = entry.header
      const { name, size, byteOffset = Number.NaN } = header
      position.refuseGap(name, byteOffset)
      const path = contents.admit(header)
      const content = await contentOf(entry as AsyncIterable<Buffer>)
      if (path !== undefined) contents.keep(path, content)
      position.follow(byteOffset, size)
    }
  } catch (thrown) {
    entries.destroy()
    throw reasonOf(thrown, (await failure)?.thrown, contents)
  } finally {
    await closedStream(source)
  }
  const failed = await failure
  if (failed !== undefined) throw reasonOf(failed.thrown, undefined, contents)
  position.refuseOpenEnd()
  return contents.finished()
}

async function* watched(chunks: AsyncIterable<Buffer>, position: TarPosition): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    position.pass(chunk)
    yield chunk
  }
}

async function contentOf(entry: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of entry) parts.push(part)
  return Buffer.concat(parts)
}

/** Of what two ends of a stream say about its failure, what came first; the rest follows from it. */
function reasonOf(thrown: unknown, flowed: unknown, contents: TarContents): unknown {
  if (thrown instanceof BundleError) return thrown
  const cause = flowed ?? thrown
  const message = messageOf(cause)
  if (message === 'Unexpected end of data')
    return new BundleError('truncated', 'the tar archive ends in the middle of an entry', { cause })
  if (message === 'Header exceeds max size')
    return new BundleError('extension', 'an extended header has more than 4 MiB', { cause })
  if (message === 'Invalid header')
    return new BundleError('damaged', 'a tar header is not valid: an entry has an impossible size', { cause })
  if (message.startsWith('Invalid tar header')) {
    return contents.isEmpty
      ? new BundleError('not-a-bundle', 'its content is not a tar archive', { cause })
      : new BundleError('damaged', 'a tar header is not valid', { cause })
  }
  return cause
}
