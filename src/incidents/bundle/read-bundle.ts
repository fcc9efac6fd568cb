import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { codeOf } from '../../base/errors.js'
import { neutralise } from '../../base/text/terminal-text.js'
import { type Bundle, bundleLimits, type BundleLimits, readBundleManifest } from './manifest.js'
import { BundleError, shownName } from './entries.js'
import { partialOf } from './partial.js'
import { readArchive } from './read-archive.js'
import { readFolder, withFile } from './read-folder.js'

export interface ReadOptions {
  readonly limits?: BundleLimits
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads a bundle into memory from its folder or its archive, which the content decides and not the name. It is taken
 * for hostile: whatever no capture writes is refused as a whole. Writes nothing. Whether the files are what was
 * written, `verifyBundle` says.
 *
 * @throws BundleError when it is refused, saying which entry and why; the signal's reason when it is aborted
 */
export async function readBundle(path: string, options: ReadOptions = {}): Promise<Bundle> {
  const place = resolve(path)
  if ([place, dirname(place)].some((part) => partialOf(basename(part)) !== undefined))
    throw new BundleError('unfinished', `${shownName(path)} was left by a capture that was killed`)
  return readPlace(path, options)
}

/** Reads a bundle as `readBundle` does, wherever it is. */
export async function readPlace(path: string, { limits = bundleLimits, signal }: ReadOptions): Promise<Bundle> {
  // Without a final slash, which would follow a link.
  const place = resolve(path)
  const status = await statusOf(place)
  if (status.isSymbolicLink()) throw new BundleError('link', `${shownName(path)} is a symbolic link`)
  if (status.isDirectory()) {
    const files = await readFolder(place, limits, signal)
    return bundleOf(neutralise(basename(place)), 'folder', files)
  }
  if (!status.isFile()) throw new BundleError('not-a-bundle', `${shownName(path)} is neither a file nor a folder`)
  const { name, files } = await withFile(place, shownName(path), (handle) => readArchive(handle, limits, signal))
  return bundleOf(name, 'archive', files)
}

function bundleOf(name: string, source: Bundle['source'], files: ReadonlyMap<string, Buffer>): Bundle {
  const reading = readBundleManifest(files)
  return { name, source, files: sorted(files), manifest: 'manifest' in reading ? reading.manifest : undefined }
}

function sorted(files: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Buffer> {
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function statusOf(path: string): Promise<Stats> {
  try {
    return await lstat(path)
  } catch (thrown) {
    const isAbsent = ['ENOENT', 'ENOTDIR'].includes(codeOf(thrown))
    throw new BundleError(
      isAbsent ? 'absent' : 'unreadable',
      `${shownName(path)} ${isAbsent ? 'does not exist' : `cannot be looked at (${codeOf(thrown)})`}`,
      { cause: thrown },
    )
  }
}
