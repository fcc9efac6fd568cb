let kept: { readonly path: string; readonly digest: string } | undefined

/** @param digest sha256 (hex) of the bundle that this process runs, as it was read */
export function keepBundleDigest(path: string, digest: string): void {
  kept = { path, digest }
}

/** The sha256 of a file where it is the bundle that this process runs, if that was taken; `undefined` for any other. */
export function bundleDigest(path: string): string | undefined {
  return kept?.path === path ? kept.digest : undefined
}
