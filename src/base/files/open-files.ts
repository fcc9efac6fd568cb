import { readdirSync, readFileSync } from 'node:fs'
import { UsageError } from '../errors.js'

interface OpenFiles {
  /** How many files, sockets and pipes this process may have open at the same time. */
  readonly limit: number
  /** How many more it may open now. */
  readonly free: number
}

/** `undefined` where there is no limit, or the system does not say: other systems than Linux. */
export function openFiles(): OpenFiles | undefined {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    if (limit === undefined) return undefined
    // The one with which the folder is read is among them.
    return { limit: Number(limit), free: Number(limit) - readdirSync('/proc/self/fd').length + 1 }
  } catch {
    return undefined
  }
}

/** What is said where fewer files may be opened than are needed; `undefined` where that is not so, or unknown. */
export function tooFewOpenFiles(needed: number): { readonly message: string; readonly hint: string } | undefined {
  const files = openFiles()
  if (files === undefined || files.free >= needed) return undefined
  return {
    message: `too few file descriptors: the limit is ${files.limit}, ${files.free} are free, and ${needed} are needed`,
    hint: 'raise the limit, such as with `ulimit -n 1024`',
  }
}

/** @throws UsageError where fewer files may be opened than are needed */
export function refuseTooFewOpenFiles(needed: number): void {
  const missing = tooFewOpenFiles(needed)
  if (missing !== undefined) throw new UsageError(missing.message, { hint: missing.hint })
}

/**
 * Lets so many pieces of work go on at a time; what comes later waits for one of them to end.
 *
 * @returns what begins one: it settles as the work does
 */
export function fewAtATime(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let taken = 0
  return async (work) => {
    if (taken < most) taken += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // The place is handed on, so that nothing that comes meanwhile takes it.
      if (next === undefined) taken -= 1
      else next()
    }
  }
}
