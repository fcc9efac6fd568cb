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
