import type { CodeCache } from './code-cache-pins.js'

/** The file of a code cache, in the folder of the build. */
export const cacheFile = (purpose: CodeCache): string => `preflight-${purpose}.cache`

/** What a code cache is good for: V8 looks at its own version and flags besides. */
export const thisMachine = `${process.version} ${process.versions.v8} ${process.platform} ${process.arch}`
