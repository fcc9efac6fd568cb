import { codeOf } from './errors.js'

const noRoom = 'out of room on a disk: make some, or set TMPDIR to a folder on another one'

const shortages: Readonly<Record<string, string>> = {
  EMFILE: 'out of file descriptors: raise the limit, such as with `ulimit -n 1024`',
  ENFILE: 'out of file descriptors on this machine',
  ENOMEM: 'out of memory',
  ENOSPC: noRoom,
  EDQUOT: noRoom,
  ERR_WORKER_OUT_OF_MEMORY: 'out of memory',
}

/** What this machine ran out of, when that is what an error or one of its causes says; `undefined` for any other error. */
export function shortageOf(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    // oclif packs the error of a module that cannot be loaded into one of its own, and keeps only the text.
    const code = Object.hasOwn(shortages, codeOf(error)) ? codeOf(error) : /\b(?:EMFILE|ENFILE|ENOMEM|ENOSPC|EDQUOT)\b/.exec(error.message)?.[0]
    if (code !== undefined) return shortages[code]
  }
  return undefined
}
