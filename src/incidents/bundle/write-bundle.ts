import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { flushFolder } from '../../base/files/flushed-folder.js'
import { codeOf, messageOf, PreflightError, OutputError } from '../../base/errors.js'
import { evidenceFolder, type BundleOrigin } from './manifest.js'
import { bundleContents, type BundleContent } from './bundle-contents.js'
import { sha256Of } from './digest.js'
import { clearLeftovers, type Leftover } from './leftovers.js'
import { packArchive } from './pack-archive.js'
import { parentFolder, refuseExisting } from './parent-folder.js'
import { newPartial, type PartialBundle } from './partial.js'
import { newFile, newFolder } from './private-file.js'
import { publish } from './publish.js'
import { searchAgain, type SecretSearch } from './search-again.js'

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
  /** To be told another way than the archive goes: whoever can change an archive can change its manifest. */
  readonly archiveSha256: string
  /** Paths in the bundle, in order. */
  readonly files: readonly string[]
  /** What writers that were killed had left in the parent folder. */
  readonly leftovers: readonly Leftover[]
}

/**
 * Writes an incident bundle, as a folder and as an archive, so that it is whole or absent however the writer ends. Only
 * its owner can
 * read it; nothing that exists is replaced, and no link is followed.
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
    await refuseExisting(parent, name)
    const partial = await newPartial(parent, name)
    const written = await orNothing(partial, async () => {
      signal?.throwIfAborted()
      const archive = await packArchive(name, files, new Date(manifest.createdAt))
      await writePartial(partial, files, archive, signal)
      await searchAgain(partial, files, gate, signal)
      signal?.throwIfAborted()
      await refuseExisting(parent, name)
      return { ...(await publish(parent, name, partial)), archiveSha256: sha256Of(archive), files: [...files.keys()] }
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
        hint: 'remove it yourself: it may hold secrets',
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
  EEXIST: 'another capture of that name is under way, or something stands where it would be written',
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
