import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, type Header } from 'tar-stream'
import { messageOf } from '../../base/errors.js'
import { BundleError } from './bundle-error.js'
import { closedStream } from './closed-stream.js'
import type { BundleLimits } from './limits.js'
import { TarContents, type TarContent } from './tar-contents.js'
import { TarPosition } from './tar-position.js'

/** What the library says of an entry. `byteOffset` is where its content begins; its published types leave that out. */
type TarHeader = Header & { readonly byteOffset?: number }

/**
 * Reads a tar stream into memory.
 *
 * Only plain headers are accepted, of files and folders. The library applies extended headers (long names, pax records)
 * without showing
 * them, and reads on behind an end mark; so each entry must stand exactly behind the one before, and zeros behind the
 * last.
 *
 * @throws BundleError when anything in it is not what a capture writes; whatever `chunks` throws
 */
export async function readTar(chunks: AsyncIterable<Buffer>, limits: BundleLimits): Promise<TarContent> {
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
function reasonOf(met: unknown, flowed: unknown, contents: TarContents): unknown {
  if (met instanceof BundleError) return met
  const cause = flowed ?? met
  const message = messageOf(cause)
  if (message === 'Unexpected end of data')
    return new BundleError('truncated', 'the tar archive breaks off in the middle of an entry', { cause })
  if (message === 'Header exceeds max size')
    return new BundleError('extension', 'an extended header has more than 4 MiB', { cause })
  if (message === 'Invalid header')
    return new BundleError('damaged', 'a tar header is not valid: an entry has no size that a file can have', { cause })
  if (message.startsWith('Invalid tar header')) {
    return contents.isEmpty
      ? new BundleError('not-a-bundle', 'what it unpacks to is no tar archive', { cause })
      : new BundleError('damaged', 'a tar header is not valid', { cause })
  }
  return cause
}
