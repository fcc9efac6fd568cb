import { homedir } from 'node:os'
import { isAbsolute } from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { tooFewOpenFiles } from '../base/files/open-files.js'

/**
 * File descriptors that must be free: definitions are read a few files at a time, and each check holds sockets, pipes
 * and files (measured: 13 are enough for static checks of the shipped packs). A run takes as many checks at a time as
 * the rest allows.
 */
const neededDescriptors = 40

/**
 * Bytes of heap without which not even the definitions are read (measured: 72 MiB are too few for the shipped packs, 80
 * are enough).
 */
const neededHeap = 80 * 1024 * 1024

export interface MissingPrerequisite {
  readonly message: string
  /** What the user can do about it. */
  readonly hint: string
}

/**
 * What this process lacks to run at all, found before anything large is loaded: libraries would fail on it in ways that
 * look like a bug. Reads a few files of `/proc` where there is one, and loads nothing.
 */
export function missingPrerequisite(): MissingPrerequisite | undefined {
  return workingDirectory() ?? homeFolder() ?? tooFewOpenFiles(neededDescriptors) ?? heap()
}

function workingDirectory(): MissingPrerequisite | undefined {
  try {
    process.cwd()
    return undefined
  } catch {
    return {
      message: 'the current working directory no longer exists',
      hint: 'change to a folder that exists',
    }
  }
}

function homeFolder(): MissingPrerequisite | undefined {
  const hint = 'set HOME to an absolute path'
  try {
    const home = homedir()
    if (isAbsolute(home)) return undefined
    return { message: home === '' ? 'HOME is empty' : 'HOME is not an absolute path', hint }
  } catch {
    return {
      message: `HOME is not set, and the user database has no entry for user ${process.getuid?.() ?? ''}`.trimEnd(),
      hint,
    }
  }
}

function heap(): MissingPrerequisite | undefined {
  const limit = getHeapStatistics().heap_size_limit
  if (limit >= neededHeap) return undefined
  const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`
  return {
    message: `too little memory: Node limits the heap to ${mebibytes(limit)}, and ${mebibytes(neededHeap)} are needed`,
    hint: 'give it more memory, or raise --max-old-space-size in NODE_OPTIONS',
  }
}
