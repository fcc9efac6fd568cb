import type { BundleManifest } from './manifest.js'

/**
 * A bundle in memory. Its files are as they were found: text from outside, to be neutralised before a terminal sees it.
 */
export interface Bundle {
  /** Of its folder, safe to show. */
  readonly name: string
  readonly source: 'folder' | 'archive'
  /** By path, in order; `manifest.json` among them where there is one. */
  readonly files: ReadonlyMap<string, Buffer>
  /** Nothing where it is missing or not valid: `verifyBundle` says why. */
  readonly manifest: BundleManifest | undefined
}
