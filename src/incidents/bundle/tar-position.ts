import { BundleError, shownName } from './bundle-error.js'

/** Bytes of a tar block: a header is one, and content is filled up to whole ones. */
export const blockBytes = 512

const zeros = Buffer.alloc(64 * 1024)

/**
 * Where in a tar stream one entry ends and the next must begin, so that nothing can stand between entries or behind the
 * last.
 */
export class TarPosition {
  #length = 0
  /** Just behind the last byte that is not zero. */
  #inked = 0
  /** Where the next header must stand. */
  #next = 0

  /** Bytes that went by. */
  pass(chunk: Buffer): void {
    const last = lastInked(chunk)
    if (last >= 0) this.#inked = this.#length + last + 1
    this.#length += chunk.length
  }

  /**
   * @param content where the entry's content begins
   * @throws BundleError when its header does not stand where the entry before ended
   */
  refuseGap(name: string, content: number): void {
    if (content - blockBytes !== this.#next)
      throw new BundleError(
        'extension',
        `before ‘${shownName(name)}’ stands an extended header or the end mark of another archive`,
      )
  }

  follow(content: number, size: number): void {
    this.#next = content + Math.ceil(size / blockBytes) * blockBytes
  }

  /** @throws BundleError when anything but the end mark, two blocks of zeros, stands behind the last entry */
  refuseOpenEnd(): void {
    if (this.#inked > this.#next) throw new BundleError('trailing-data', 'something stands behind its last entry')
    if (this.#length < this.#next + 2 * blockBytes)
      throw new BundleError('truncated', 'the tar archive breaks off before its end mark')
  }
}

function lastInked(chunk: Buffer): number {
  if (chunk.length <= zeros.length && chunk.equals(zeros.subarray(0, chunk.length))) return -1
  let index = chunk.length - 1
  while (index >= 0 && chunk[index] === 0) index -= 1
  return index
}
