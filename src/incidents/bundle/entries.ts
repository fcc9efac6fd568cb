import { bundleDocuments, evidenceFolder, isBundlePath, manifestName } from './manifest.js'
import { BundleError, shownName } from './bundle-error.js'
import type { BundleLimits } from './limits.js'

/**
 * The entries of one bundle as they are met: each is known to the layout, stands there once, and all stay within the
 * limits.
 */
export class Entries {
  readonly #met = new Set<string>()
  #bytes = 0

  constructor(readonly limits: BundleLimits) {}

  /** @throws BundleError when there may be no folder at this path of the bundle */
  admitFolder(path: string): void {
    if (path !== '' && path !== evidenceFolder)
      throw new BundleError('unknown-file', `‘${shownName(path)}/’ is no folder of a bundle`)
    this.#meet(path)
  }

  /**
   * @param bytes what its header or its file system says
   * @throws BundleError when there may be no file at this path of the bundle, or none as large
   */
  admitFile(path: string, bytes: number): void {
    if (path === evidenceFolder)
      throw new BundleError('unknown-file', `‘${evidenceFolder}’ is a file, and must be a folder`)
    if (!isBundlePath(path))
      throw new BundleError(
        'unknown-file',
        `‘${shownName(path)}’ is none of ${[...bundleDocuments, manifestName].join(', ')} and ${evidenceFolder}/…`,
      )
    this.#meet(path)
    if (!Number.isSafeInteger(bytes) || bytes < 0)
      throw new BundleError('damaged', `‘${shownName(path)}’ has no size that a file can have`)
    if (bytes > this.limits.fileBytes)
      throw new BundleError(
        'too-large',
        `‘${shownName(path)}’ has ${bytes} bytes, and ${this.limits.fileBytes} are allowed`,
      )
    this.#bytes += bytes
    if (this.#bytes > this.limits.bytes)
      throw new BundleError('too-large', `its files have more than ${this.limits.bytes} bytes together`)
  }

  #meet(path: string): void {
    // Names that differ in case only are one file on half of the world's machines; all of them are ASCII here.
    const folded = path.toLowerCase()
    if (this.#met.has(folded))
      throw new BundleError('duplicate', `‘${shownName(path)}’ stands in it twice, or in another case`)
    this.#met.add(folded)
    if (this.#met.size > this.limits.entries)
      throw new BundleError('too-many', `it holds more than ${this.limits.entries} files and folders`)
  }
}
