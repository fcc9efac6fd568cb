import { z } from 'zod'
import { createHash } from 'node:crypto'
import { parseBoundedJson } from '../../base/text/bounded-json.js'
import { placePath } from '../../base/text/place-path.js'

/** The files of an incident bundle that have a place of their own; everything else is evidence. */
export const bundleDocuments = ['incident.json', 'summary.md', 'result.json', 'report.html', 'snapshot.json'] as const

export const manifestName = 'manifest.json'

export const evidenceFolder = 'evidence'

/**
 * In bytes; with it every path fits into the plain header of a tar entry (POSIX ustar: 155 of folders, 100 of name).
 */
export const longestBundleName = 100

/**
 * What a bundle, or a piece of evidence, may be called: a name that means the same to every file system, terminal and
 * shell. It begins with no dot or hyphen and ends with no dot.
 */
export const bundleNamePattern = /^(?=.{1,100}$)[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?$/

/** Whether a bundle may hold a file at this path, the manifest included. */
export function isBundlePath(path: string): boolean {
  return path === manifestName || isListedPath(path)
}

function isListedPath(path: string): boolean {
  if ((bundleDocuments as readonly string[]).includes(path)) return true
  return path.startsWith(`${evidenceFolder}/`) && bundleNamePattern.test(path.slice(evidenceFolder.length + 1))
}

const bundleFileSchema = z.strictObject({
  path: z.string().refine(isListedPath, 'expected the path of a file that a bundle may contain'),
  bytes: z.int().min(0),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hexadecimal')
    .describe('of the content'),
})

/** `manifest.json`, schemaVersion 1: every file of the bundle but itself. */
export const bundleManifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.string().min(1), version: z.string().min(1) }),
  incident: z.string().min(1).describe('id of the incident'),
  createdAt: z.iso.datetime().describe('ISO-8601, UTC'),
  files: z
    .array(bundleFileSchema)
    .refine(
      (files) => files.every((file, index) => index === 0 || files[index - 1]!.path < file.path),
      'expected every path once, in order',
    ),
})

export type BundleManifest = z.infer<typeof bundleManifestSchema>

/** What the writer of a bundle says about it; the list of files is made from the files. */
export type BundleOrigin = Omit<BundleManifest, 'schemaVersion' | 'files'>

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

/** SHA-256 in hexadecimal. */
export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

/** How much a bundle may hold. The writer keeps to what the reader accepts. */
export interface BundleLimits {
  /** Bytes of all files together, unpacked. */
  readonly bytes: number
  /** Bytes of one file, unpacked. */
  readonly fileBytes: number
  /** Files and folders. */
  readonly entries: number
}

const mebibyte = 1024 * 1024

export const bundleLimits: BundleLimits = { bytes: 128 * mebibyte, fileBytes: 32 * mebibyte, entries: 1000 }

/**
 * Bytes of a tar stream that holds no more than this: a header and padding for each entry, and the zeros at the end,
 * which other programs write generously.
 */
export function longestTar(limits: BundleLimits): number {
  return limits.bytes + limits.entries * 1024 + mebibyte
}

/** In bytes: a thousand files' lines and room. */
const longestManifest = 1024 * 1024

type ManifestReading = { readonly manifest: BundleManifest } | { readonly problem: string }

/** Reads the manifest among a bundle's files, strictly. What is wrong with it is said without any of its text. */
export function readBundleManifest(files: ReadonlyMap<string, Buffer>): ManifestReading {
  const content = files.get(manifestName)
  if (content === undefined) return { problem: 'it is missing' }
  if (content.length > longestManifest) return { problem: `it has more than ${longestManifest} bytes` }
  const value = parsed(content)
  if (value === undefined) return { problem: 'it is not JSON in UTF-8' }
  const { data, error } = bundleManifestSchema.safeParse(value)
  if (data !== undefined) return { manifest: data }
  const [first] = error.issues
  return {
    problem: `it does not have the form of schemaVersion 1${first === undefined || first.path.length === 0 ? '' : `, at ${placePath(first.path)}`}`,
  }
}

function parsed(content: Buffer): unknown {
  try {
    return parseBoundedJson(new TextDecoder('utf-8', { fatal: true }).decode(content))
  } catch {
    return undefined
  }
}
