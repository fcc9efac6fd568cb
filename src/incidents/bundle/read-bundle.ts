import type { Stats } from 'node:fs'
import { lstat, readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { codeOf, OutputError } from '../../base/errors.js'
import { neutralise } from '../../base/text/terminal-text.js'
import {
  type Bundle,
  bundleLimits,
  type BundleLimits,
  readBundleManifest,
  manifestName,
  sha256Of,
  longestTar,
} from './manifest.js'
import { BundleError, shownName } from './entries.js'
import { partialOf, type PartialBundle } from './partial.js'
import { readArchive } from './read-archive.js'
import { readFolder, withFile } from './read-folder.js'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

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
async function readPlace(path: string, { limits = bundleLimits, signal }: ReadOptions): Promise<Bundle> {
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

/** Something in a bundle that is not as its manifest says. */
interface BundleProblem {
  readonly code: 'manifest' | 'missing' | 'size' | 'content' | 'not-listed'
  readonly path: string
  /** Safe to show. */
  readonly message: string
}

/**
 * Compares every file with the manifest. Nothing in the answer means: each file that was written is there with its
 * bytes, and no other. Anyone who can write a bundle can write a manifest to match: the protection against that is the
 * archive's SHA-256, sent another way.
 */
export function verifyBundle(bundle: Pick<Bundle, 'files'>): readonly BundleProblem[] {
  const reading = readBundleManifest(bundle.files)
  if ('problem' in reading)
    return [{ code: 'manifest', path: manifestName, message: `${manifestName} is not valid: ${reading.problem}` }]

  const listed = new Set([manifestName, ...reading.manifest.files.map((file) => file.path)])
  const beyond = [...bundle.files.keys()].filter((path) => !listed.has(path))
  return [
    ...reading.manifest.files.flatMap((file): BundleProblem[] => {
      const content = bundle.files.get(file.path)
      if (content === undefined) return [{ code: 'missing', path: file.path, message: `${file.path} is missing` }]
      if (content.length !== file.bytes)
        return [
          {
            code: 'size',
            path: file.path,
            message: `${file.path} has ${content.length} bytes; the manifest says ${file.bytes}`,
          },
        ]
      if (sha256Of(content) !== file.sha256)
        return [{ code: 'content', path: file.path, message: `${file.path} was changed: its SHA-256 differs` }]
      return []
    }),
    ...beyond.map((path): BundleProblem => ({ code: 'not-listed', path, message: `${path} is not in the manifest` })),
  ]
}

/** Names the secrets that are found in a text, and none where there is none. */
export type SecretSearch = (text: string, path: string) => readonly string[]

/**
 * Reads a finished bundle again from its folder and from its archive: both must be what was to be written, and no
 * secret may be found in any file, nor in the unpacked archive as a whole, names and all.
 *
 * @throws OutputError naming the file and the secrets, or the difference, or that the search failed
 */
export async function searchAgain(
  partial: PartialBundle,
  files: ReadonlyMap<string, Buffer>,
  search: SecretSearch | undefined,
  signal?: AbortSignal,
): Promise<void> {
  for (const path of [partial.folder, partial.archive]) {
    const bundle = await readPlace(path, { signal }).catch((thrown: unknown) => {
      throw thrown instanceof BundleError ? differs(path, thrown) : thrown
    })
    const isSame =
      bundle.files.size === files.size &&
      [...files].every(([name, content]) => bundle.files.get(name)?.equals(content) === true)
    if (!isSame || verifyBundle(bundle).length > 0) throw differs(path)
    if (search === undefined || bundle.source === 'archive') continue
    for (const [name, content] of bundle.files) {
      signal?.throwIfAborted()
      refuseFound(name, content, search)
    }
  }
  if (search === undefined) return
  const tar = await promisify(gunzip)(await readFile(partial.archive), { maxOutputLength: longestTar(bundleLimits) })
  signal?.throwIfAborted()
  refuseFound(basename(partial.archive), tar, search)
}

function differs(path: string, cause?: unknown): OutputError {
  return new OutputError(`${basename(path)} does not contain what was written to it; the bundle was deleted`, {
    cause,
    hint: 'the disk may be failing, or another program changed it',
  })
}

function refuseFound(path: string, content: Buffer, search: SecretSearch): void {
  const found = searched(path, content, search)
  if (found.length === 0) return
  throw new OutputError(
    `${path} still contains ${found.length === 1 ? 'a secret' : 'secrets'}: ${found.map((name) => neutralise(name)).join(', ')}; the bundle was deleted`,
    {
      hint: 'this is a bug in the redaction: please report it with the names, never with the values',
    },
  )
}

function searched(path: string, content: Buffer, search: SecretSearch): readonly string[] {
  try {
    return search(content.toString('utf8'), path)
  } catch (thrown) {
    // Without the message, which may quote what was searched.
    throw new OutputError(`the search for secrets in ${path} failed; the bundle was deleted`, { cause: thrown })
  }
}
