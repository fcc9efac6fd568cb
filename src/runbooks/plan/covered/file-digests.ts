import { stat } from 'node:fs/promises'
import { fileDigest } from '../file-digest.js'

/** Digests of files, each read again only when the system says that it is another one or was written to. */
export class FileDigests {
  readonly #known = new Map<string, { readonly mark: string; readonly digest: string | null }>()

  /** @param largest bytes up to which the content is read @returns as `fileDigest` */
  async of(path: string, largest?: number): Promise<string | null> {
    const mark = await markOf(path)
    const known = this.#known.get(path)
    if (known !== undefined && known.mark === mark) return known.digest
    const digest = await fileDigest(path, largest)
    this.#known.set(path, { mark, digest })
    return digest
  }
}

/** What changes with every write and every replacement: the change time is the system's own, to the nanosecond. */
async function markOf(path: string): Promise<string> {
  const status = await stat(path, { bigint: true }).catch(() => undefined)
  return status === undefined
    ? 'none'
    : [status.dev, status.ino, status.size, status.mtimeNs, status.ctimeNs, status.mode].join(' ')
}
