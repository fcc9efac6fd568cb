import { readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute } from 'node:path'
import { getHeapStatistics } from 'node:v8'

/**
 * File descriptors that must be free: modules are loaded in parallel, and a run of eight checks holds sockets, pipes
 * and files (measured: 128 to load it, 160 from a checkout).
 */
const neededDescriptors = 192

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
  return workingDirectory() ?? homeFolder() ?? descriptors() ?? heap()
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

function descriptors(): MissingPrerequisite | undefined {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(read('/proc/self/limits'))?.[1] ?? Infinity)
  // The one with which the folder is read is among them.
  const free = limit - openDescriptors() + 1
  if (free >= neededDescriptors) return undefined
  return {
    message: `too few file descriptors: the limit is ${limit}, ${free} are free, and ${neededDescriptors} are needed`,
    hint: 'raise the limit, such as with `ulimit -n 1024`',
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

/** The empty text where there is no such file: other systems than Linux. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}
