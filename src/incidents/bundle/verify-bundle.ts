import { manifestName } from './manifest.js'
import type { Bundle } from './bundle.js'
import { sha256Of } from './digest.js'
import { readManifest } from './read-manifest.js'

/** Something in a bundle that is not as its manifest says. */
export interface BundleProblem {
  readonly code: 'manifest' | 'missing' | 'size' | 'content' | 'not-listed'
  readonly path: string
  /** Safe to show. */
  readonly message: string
}

/**
 * Compares every file with the manifest. Nothing in the answer means: each file that was written is there with its
 * bytes, and no other.
 * Whoever can write a bundle can write a manifest to match; against that stands the archive's SHA-256, told another
 * way.
 */
export function verifyBundle(bundle: Pick<Bundle, 'files'>): readonly BundleProblem[] {
  const reading = readManifest(bundle.files)
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
            message: `${file.path} has ${content.length} bytes, and the manifest says ${file.bytes}`,
          },
        ]
      if (sha256Of(content) !== file.sha256)
        return [
          { code: 'content', path: file.path, message: `${file.path} is not what was written: its SHA-256 differs` },
        ]
      return []
    }),
    ...beyond.map((path): BundleProblem => ({ code: 'not-listed', path, message: `${path} is not in the manifest` })),
  ]
}
