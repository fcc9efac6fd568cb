import { closeSync, constants, openSync, unlinkSync } from 'node:fs'
import { codeOf } from '../errors.js'

/** Temporary files that are being written. */
const unfinished = new Set<string>()
let isListening = false

/**
 * Makes a new, empty file that only its owner can read, and removes it when the process ends before it is settled: a
 * second signal ends
 * it in the middle of writing. At once, and not in the background: a file that is made while the process ends would
 * stay.
 *
 * @throws the system's error
 */
export function createUnfinished(path: string): void {
  if (!isListening) process.once('exit', removeAll)
  isListening = true
  closeSync(openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600))
  unfinished.add(path)
}

/** What cannot be removed must not change the exit code. */
function removeAll(): void {
  for (const path of unfinished) {
    try {
      removeUnfinished(path)
    } catch {
      // The next start removes it.
    }
  }
}

/** It has got its own name. */
export function settleUnfinished(path: string): void {
  unfinished.delete(path)
}

/** @throws the system's error, except when it is gone already */
export function removeUnfinished(path: string): void {
  unfinished.delete(path)
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}
