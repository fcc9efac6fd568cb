/** What the build's code cache was made of, and what it must be. */
export interface CodeCachePins {
  /** The Node, V8 and machine that made it. */
  readonly madeBy: string
  /** sha256 (hex) of the bundle. */
  readonly bundle: string
  /** sha256 (hex) of each cache. */
  readonly caches: Readonly<Record<CodeCache, string>>
}

/** What it was made for: help needs a tenth of what a run does, and waits for no more. */
export type CodeCache = 'help' | 'run'

/** The build puts its own in this module's place. */
export const codeCachePins = undefined as CodeCachePins | undefined
