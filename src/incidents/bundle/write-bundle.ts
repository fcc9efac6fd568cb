import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { flushFolder } from '../../base/files/state-folder.js'
import { codeOf, messageOf, PreflightError, OutputError } from '../../base/errors.js'
import {
  evidenceFolder,
  type BundleOrigin,
  sha256Of,
  bundleManifestSchema,
  bundleNamePattern,
  longestBundleName,
  manifestName,
  type BundleManifest,
  bundleLimits,
} from './manifest.js'
import { clearLeftovers, type BundleLeftover, parentFolder, refuseExistingBundle } from './leftovers.js'
import { newPartial, type PartialBundle, newFile, newFolder, publishBundle } from './partial.js'
import { searchAgain, type SecretSearch } from './read-bundle.js'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { pack, type Header } from 'tar-stream'
import { Entries } from './entries.js'

export interface BundleRequest {
  /** The folder that the bundle is written to; made when it is not there. */
  readonly parent: string
  readonly name: string
  /** Everything but the manifest. */
  readonly files: readonly BundleContent[]
  readonly manifest: BundleOrigin
  /** Searches what was written for secrets: a hit deletes the bundle. */
  readonly gate?: SecretSearch
  readonly signal?: AbortSignal
}

export interface WrittenBundle {
  /** Absolute. */
  readonly folder: string
  readonly archive: string
  /** To be sent another way than the archive: anyone who can change an archive can change its manifest. */
  readonly archiveSha256: string
  /** Paths in the bundle, in order. */
  readonly files: readonly string[]
  /** What writers that were killed had left in the parent folder. */
  readonly leftovers: readonly BundleLeftover[]
}

/**
 * Writes an incident bundle, as a folder and as an archive, so that it is complete or absent however the writer ends.
 * Only its owner can read it; nothing that exists is replaced, and no link is followed.
 *
 * @throws OutputError when it cannot be written, or a secret is found in what was; nothing of it is left then. The
 *   signal's reason when it is aborted
 */
export async function writeBundle({
  parent: path,
  name,
  files: contents,
  manifest,
  gate,
  signal,
}: BundleRequest): Promise<WrittenBundle> {
  const files = bundleContents(name, contents, manifest)
  return asOutputError(name, signal, async () => {
    const parent = await parentFolder(path)
    const leftovers = await clearLeftovers(parent)
    await refuseExistingBundle(parent, name)
    const partial = await newPartial(parent, name)
    const written = await orNothing(partial, async () => {
      signal?.throwIfAborted()
      const archive = await packArchive(name, files, new Date(manifest.createdAt))
      await writePartial(partial, files, archive, signal)
      await searchAgain(partial, files, gate, signal)
      signal?.throwIfAborted()
      await refuseExistingBundle(parent, name)
      return {
        ...(await publishBundle(parent, name, partial)),
        archiveSha256: sha256Of(archive),
        files: [...files.keys()],
      }
    })
    const problem = await discard(partial)
    return {
      ...written,
      leftovers: problem === '' ? leftovers : [...leftovers, { path: partial.path, became: 'kept', because: problem }],
    }
  })
}

/** Leaves nothing when it fails. */
async function orNothing<T>(partial: PartialBundle, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (thrown) {
    const problem = await discard(partial)
    if (problem !== '')
      throw new OutputError(`${messageOf(thrown)}; and ${partial.path} could not be removed: ${problem}`, {
        cause: thrown,
        hint: 'remove it yourself: it may contain secrets',
      })
    throw thrown
  }
}

/** Removes what is not in place. Returns what hindered it. */
async function discard(partial: PartialBundle): Promise<string> {
  return rm(partial.path, { recursive: true, force: true }).then(() => '', messageOf)
}

async function writePartial(
  partial: PartialBundle,
  files: ReadonlyMap<string, Buffer>,
  archive: Buffer,
  signal?: AbortSignal,
): Promise<void> {
  const evidence = join(partial.folder, evidenceFolder)
  const hasEvidence = [...files.keys()].some((path) => path.startsWith(`${evidenceFolder}/`))
  await newFolder(partial.folder)
  if (hasEvidence) await newFolder(evidence)
  for (const [path, content] of files) {
    signal?.throwIfAborted()
    await newFile(join(partial.folder, path), content)
  }
  await newFile(partial.archive, archive)
  if (hasEvidence) await flushFolder(evidence)
  await flushFolder(partial.folder)
  await flushFolder(partial.path)
}

const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the limit on the size of files is reached',
  EEXIST: 'another capture with that name is running, or the target already exists',
  EROFS: 'the file system cannot be written to',
}

async function asOutputError<T>(name: string, signal: AbortSignal | undefined, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (thrown) {
    if (thrown instanceof PreflightError || (signal?.aborted === true && thrown === signal.reason)) throw thrown
    throw new OutputError(`the bundle ${name} could not be written: ${messageOf(thrown)}`, {
      cause: thrown,
      hint: hints[codeOf(thrown)],
    })
  }
}

/**
 * The archive of a bundle: the same bytes for the same files and time, independent of the writer and the machine (with
 * the same build of zlib). Unpacked by root it belongs to root, and no other user can read it.
 *
 * @param modifiedAt of every entry; whole seconds count
 */
async function packArchive(name: string, files: ReadonlyMap<string, Buffer>, modifiedAt: Date): Promise<Buffer> {
  const archive = pack()
  const owned = { mtime: modifiedAt, uid: 0, gid: 0, uname: '', gname: '' } satisfies Partial<Header>
  archive.entry({ ...owned, name: `${name}/`, type: 'directory', mode: 0o700 })
  if ([...files.keys()].some((path) => path.startsWith(`${evidenceFolder}/`)))
    archive.entry({ ...owned, name: `${name}/${evidenceFolder}/`, type: 'directory', mode: 0o700 })
  for (const [path, content] of files)
    archive.entry({ ...owned, name: `${name}/${path}`, type: 'file', mode: 0o600 }, content)
  archive.finalize()

  const parts: Buffer[] = []
  for await (const part of archive as AsyncIterable<Buffer>) parts.push(part)
  return promisify(gzip)(Buffer.concat(parts))
}

export interface BundleContent {
  /** As a bundle's layout has it: `result.json`, `evidence/NAME`. */
  readonly path: string
  readonly content: string | Buffer
}

/**
 * Every file of the bundle by path, in order, with the manifest that lists the others.
 *
 * @throws OutputError when the reader would refuse such a bundle; ZodError when the origin is not what a manifest can
 *   say
 */
function bundleContents(
  name: string,
  contents: readonly BundleContent[],
  origin: BundleOrigin,
): ReadonlyMap<string, Buffer> {
  if (!bundleNamePattern.test(name))
    throw new OutputError('the bundle cannot have that name', {
      hint: `a name has up to ${longestBundleName} ASCII letters, digits, dots, underscores and hyphens`,
    })
  const listed = inOrder(contents.map(({ path, content }) => ({ path, content: Buffer.from(content) })))
  const manifest: BundleManifest = {
    schemaVersion: 1,
    tool: origin.tool,
    incident: origin.incident,
    createdAt: origin.createdAt,
    files: listed.map(({ path, content }) => ({ path, bytes: content.length, sha256: sha256Of(content) })),
  }
  const all = inOrder([
    ...listed,
    { path: manifestName, content: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
  ])
  refuseUnreadable(all)
  bundleManifestSchema.parse(manifest)
  return new Map(all.map(({ path, content }) => [path, content]))
}

function refuseUnreadable(files: readonly { readonly path: string; readonly content: Buffer }[]): void {
  try {
    const entries = new Entries(bundleLimits)
    for (const { path, content } of files) entries.admitFile(path, content.length)
  } catch (thrown) {
    throw new OutputError(`the bundle cannot be written: ${messageOf(thrown)}`, { cause: thrown })
  }
}

function inOrder<T extends { readonly path: string }>(files: readonly T[]): readonly T[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
}
