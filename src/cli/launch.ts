import type { CodeCache } from './code-cache-pins.js'
import { writeVersion } from './version-line.js'
import type * as Program from './program.js'
import type { MissingPrerequisite } from './prerequisites.js'

export { keepMode, keptMode } from '../base/files/withdrawn-modes.js'
export { bundleDigest } from '../base/files/bundle-digest.js'
export { codeCachePins } from './code-cache-pins.js'

/**
 * Starts the program, after what is done before it is loaded: that takes longer than a kill. One free file descriptor
 * is enough to take away what an earlier run left, since all of this is in one file.
 *
 * @param folder of the build
 * @param words the arguments of the program
 * @returns what this process lacks to run at all
 * @throws whatever keeps the program from being loaded
 */
export async function launch(folder: string, words: readonly string[]): Promise<MissingPrerequisite | undefined> {
  if (writeVersion(words)) return undefined
  await withdrawFirst(words)
  const { missingPrerequisite } = await import('./prerequisites.js')
  const missing = missingPrerequisite()
  if (missing !== undefined) return missing
  const ours = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
  const isHelp = ours.includes('--help') || ours.includes('-h')
  await (await loadProgram(folder, isHelp ? 'help' : 'run')).start()
  return undefined
}

/** The program, without carrying anything out. */
export async function loadProgram(folder: string, purpose: CodeCache = 'run'): Promise<typeof Program> {
  // Before the code cache is taken, which is for the same flags.
  if (purpose === 'run') await startFaster()
  return (await import('./load-bundle.js')).loadBundle(folder, purpose).program
}

export async function withdrawFirst(words: readonly string[]): Promise<void> {
  ;(await import('./withdraw-results.js')).withdrawResults(words)
}

export async function startFaster(): Promise<void> {
  ;(await import('./delay-optimising.js')).delayOptimising()
}

/** How the build makes a code cache. */
export const loading = () => import('./load-bundle.js')
