import type { Header } from 'tar-stream'
import { BundleError, shownName } from './bundle-error.js'
import { Entries } from './entries.js'
import { segmentsOf } from './entry-name.js'
import type { BundleLimits } from './limits.js'

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
    const [top = '', ...rest] = segmentsOf(type === 'directory' && name.endsWith('/') ? name.slice(0, -1) : name)
    const path = rest.join('/')
    if (type === 'file' && path === '')
      throw new BundleError('unknown-file', `‘${shownName(name)}’ stands outside the bundle’s folder`)
    if (this.#name !== undefined && top !== this.#name)
      throw new BundleError(
        'several-folders',
        `‘${shownName(this.#name)}’ and ‘${shownName(top)}’ stand side by side in it`,
      )
    this.#name = top
    if (type === 'file') {
      this.#entries.admitFile(path, size)
      return path
    }
    this.#entries.admitFolder(path)
    if (size !== 0) throw new BundleError('damaged', `the folder ‘${shownName(name)}’ has a content`)
    return undefined
  }

  keep(path: string, content: Buffer): void {
    this.#files.set(path, content)
  }

  finished(): TarContent {
    if (this.#name === undefined) throw new BundleError('not-a-bundle', 'nothing is in it')
    return { name: this.#name, files: this.#files }
  }
}
