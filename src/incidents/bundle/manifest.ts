import { z } from 'zod'

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
 * shell.
 * It begins with no dot or hyphen and ends with no dot.
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
  path: z.string().refine(isListedPath, 'expected the path of a file that a bundle may hold'),
  bytes: z.int().min(0),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hexadecimal')
    .describe('of the content'),
})
export type BundleFile = z.infer<typeof bundleFileSchema>

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
