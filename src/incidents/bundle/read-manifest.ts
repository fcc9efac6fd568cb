import { parseBoundedJson } from '../../base/text/bounded-json.js'
import { bundleManifestSchema, manifestName, type BundleManifest } from './manifest.js'

/** In bytes: a thousand files' lines and room. */
const longestManifest = 1024 * 1024

export type ManifestReading = { readonly manifest: BundleManifest } | { readonly problem: string }

/** Reads the manifest among a bundle's files, strictly. What is wrong with it is said without a word of its text. */
export function readManifest(files: ReadonlyMap<string, Buffer>): ManifestReading {
  const content = files.get(manifestName)
  if (content === undefined) return { problem: 'it is missing' }
  if (content.length > longestManifest) return { problem: `it has more than ${longestManifest} bytes` }
  const value = parsed(content)
  if (value === undefined) return { problem: 'it is not JSON in UTF-8' }
  const { data, error } = bundleManifestSchema.safeParse(value)
  if (data !== undefined) return { manifest: data }
  const [first] = error.issues
  return {
    problem: `it does not have the form of schemaVersion 1${first === undefined || first.path.length === 0 ? '' : `, at ${placeOf(first.path)}`}`,
  }
}

function parsed(content: Buffer): unknown {
  try {
    return parseBoundedJson(new TextDecoder('utf-8', { fatal: true }).decode(content)) as unknown
  } catch {
    return undefined
  }
}

/** Where in the manifest. The keys are the schema's own: it names no key that it does not know in a path. */
function placeOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}
