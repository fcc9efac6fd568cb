import { OutputError, messageOf } from '../../base/errors.js'
import {
  bundleManifestSchema,
  bundleNamePattern,
  longestBundleName,
  manifestName,
  type BundleManifest,
  type BundleOrigin,
} from './manifest.js'
import { sha256Of } from './digest.js'
import { Entries } from './entries.js'
import { bundleLimits } from './limits.js'

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
export function bundleContents(
  name: string,
  contents: readonly BundleContent[],
  origin: BundleOrigin,
): ReadonlyMap<string, Buffer> {
  if (!bundleNamePattern.test(name))
    throw new OutputError('the bundle cannot be called that', {
      hint: `up to ${longestBundleName} ASCII letters, digits, dots, underscores and hyphens are a name`,
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
