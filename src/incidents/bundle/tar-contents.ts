import type { Header } from 'tar-stream'
import { BundleError, shownName, Entries, entrySegments } from './entries.js'
import type { BundleLimits } from './manifest.js'
import type { Readable } from 'node:stream'

export interface TarContent {
  /** Of the one folder at its top. */
  readonly name: string
  readonly files: ReadonlyMap<string, Buffer>
}

const links: ReadonlySet<unknown> = new Set(['link', 'symlink'])

/** The entries of an archive as one bundle: all below one folder. Owners, permissions and times are not looked at. */
export class TarContents {
  readonly #entries: Entries
  readonly #files = new Map<string, Buffer>()
  #name: string | undefined

  constructor(limits: BundleLimits) {
    this.#entries = new Entries(limits)
  }

  /** Whether there was no entry yet. */
  get isEmpty(): boolean {
    return this.#name === undefined
  }

  /**
   * Judges an entry by its header, before its content is read.
   *
   * @returns the file's path in the bundle; nothing for a folder
   */
  admit({ name, type, size }: Header): string | undefined {
    if (links.has(type))
      throw new BundleError('link', `‘${shownName(name)}’ is a ${type === 'link' ? 'hard' : 'symbolic'} link`)
    if (type !== 'file' && type !== 'directory')
      throw new BundleError(
        'special-file',
        `‘${shownName(name)}’ is ${type === 'fifo' ? 'a named pipe' : 'neither a file nor a folder'}`,
      )
    const [top = '', ...rest] = entrySegments(type === 'directory' && name.endsWith('/') ? name.slice(0, -1) : name)
    const path = rest.join('/')
    if (type === 'file' && path === '')
      throw new BundleError('unknown-file', `‘${shownName(name)}’ is outside the folder of the bundle`)
    if (this.#name !== undefined && top !== this.#name)
      throw new BundleError(
        'several-folders',
        `‘${shownName(this.#name)}’ and ‘${shownName(top)}’ are both at its top level`,
      )
    this.#name = top
    if (type === 'file') {
      this.#entries.admitFile(path, size)
      return path
    }
    this.#entries.admitFolder(path)
    if (size !== 0) throw new BundleError('damaged', `the folder ‘${shownName(name)}’ has content`)
    return undefined
  }

  keep(path: string, content: Buffer): void {
    this.#files.set(path, content)
  }

  finished(): TarContent {
    if (this.#name === undefined) throw new BundleError('not-a-bundle', 'it is empty')
    return { name: this.#name, files: this.#files }
  }
}

/** Bytes of a tar block: a header is one, and content is filled up to whole ones. */
const blockBytes = 512

const zeros = Buffer.alloc(64 * 1024)

/**
 * Where in a tar stream one entry ends and the next must begin, so that nothing can be between entries or behind the
 * last.
 */
export class TarPosition {
  #length = 0
  /** Just behind the last byte that is not zero. */
  #inked = 0
  /** Where the next header must be. */
  #next = 0

  /** Bytes that went by. */
  pass(chunk: Buffer): void {
    const last = lastInked(chunk)
    if (last >= 0) this.#inked = this.#length + last + 1
    this.#length += chunk.length
  }

  /**
   * @param content where the entry's content begins
   * @throws BundleError when its header is not where the entry before ended
   */
  refuseGap(name: string, content: number): void {
    if (content - blockBytes !== this.#next)
      throw new BundleError(
        'extension',
        `before ‘${shownName(name)}’ there is an extended header or the end mark of another archive`,
      )
  }

  follow(content: number, size: number): void {
    this.#next = content + Math.ceil(size / blockBytes) * blockBytes
  }

  /** @throws BundleError when anything but the end mark, two blocks of zeros, is behind the last entry */
  refuseOpenEnd(): void {
    if (this.#inked > this.#next) throw new BundleError('trailing-data', 'there is more data after its last entry')
    if (this.#length < this.#next + 2 * blockBytes)
      throw new BundleError('truncated', 'the tar archive ends before its end mark')
  }
}

function lastInked(chunk: Buffer): number {
  if (chunk.length <= zeros.length && chunk.equals(zeros.subarray(0, chunk.length))) return -1
  let index = chunk.length - 1
  while (index >= 0 && chunk[index] === 0) index -= 1
  return index
}

/** Ends a stream and waits until what it read from is no longer in use, even if it failed. */
export async function closedStream(stream: Readable): Promise<void> {
  stream.on('error', () => undefined)
  stream.destroy()
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve))
}
