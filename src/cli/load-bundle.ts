import { createHash } from 'node:crypto'
import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { keepBundleDigest } from '../base/files/bundle-digest.js'
import { codeCachePins, type CodeCache, type CodeCachePins } from './code-cache-pins.js'
import type * as Program from './program.js'
import { cacheFile, thisMachine } from './this-machine.js'

export { cacheFile, thisMachine }

const bundleFile = 'preflight.cjs'

/**
 * Loads the bundled program from the folder of the build, with V8's code cache where the build made one for exactly
 * this Node and this bundle. What does not fit is left alone without a word: the program is the same without it.
 *
 * @param folder of the build
 * @param purpose which code cache is the better one
 * @throws the system's error when there is no bundle
 */
export function loadBundle(folder: string, purpose: CodeCache, pins: CodeCachePins | undefined = codeCachePins) {
  const file = join(folder, bundleFile)
  const text = readFileSync(file)
  const cachedData = pins === undefined ? undefined : cacheFor(folder, purpose, text, pins)
  // It is ASCII: this is the quickest way to a string.
  const script = new Script(text.toString('latin1'), {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  })
  const module = { exports: {} as typeof Program }
  const run = script.runInThisContext() as (...given: unknown[]) => void
  run(module.exports, createRequire(file), module, file, dirname(file))
  return { program: module.exports, script }
}

function cacheFor(folder: string, purpose: CodeCache, bundle: Buffer, pins: CodeCachePins): Buffer | undefined {
  if (pins.madeBy !== thisMachine) return undefined
  try {
    const cache = readWithoutWaiting(join(folder, cacheFile(purpose)))
    const digest = sha256(bundle)
    keepBundleDigest(join(folder, bundleFile), digest)
    return digest === pins.bundle && sha256(cache) === pins.caches[purpose] ? cache : undefined
  } catch {
    return undefined
  }
}

/** A pipe in the place of a file has nothing to read, and is not waited for. */
function readWithoutWaiting(file: string): Buffer {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
