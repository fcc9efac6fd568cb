import { readdir, readFile } from 'node:fs/promises'
import { codeOf } from '../../../base/errors.js'

/** How many files the whole machine has open, and may. */
export async function openFilesOfMachine(): Promise<unknown> {
  const [open, , most] = (await readFile('/proc/sys/fs/file-nr', 'utf8').catch(notTold)).trim().split(/\s+/)
  return { open: Number(open), most: countOf(most) }
}

/** How many files a process has open, and may have; -1 for what is not told to us, null for no limit. */
export async function openFilesOf(process: string): Promise<unknown> {
  const limits = await readFile(`/proc/${process}/limits`, 'utf8').catch(notTold)
  const open = await readdir(`/proc/${process}/fd`).then(
    ({ length }) => length,
    () => -1,
  )
  return { open, ...readOpenFileLimits(limits) }
}

/** The line `Max open files` of /proc/PID/limits. */
export function readOpenFileLimits(text: string): {
  readonly most: number | null
  readonly mostIfRaised: number | null
} {
  const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(text) ?? []
  return { most: countOf(soft), mostIfRaised: countOf(hard) }
}

/** Too large a number means no limit, as `unlimited` does. */
function countOf(text: string | undefined): number | null {
  if (text === undefined) return -1
  const count = Number(text)
  return Number.isSafeInteger(count) ? count : null
}

function notTold(error: unknown): never {
  throw new Error(
    codeOf(error) === 'ENOENT'
      ? 'there is no such process, or the system does not tell'
      : 'the system does not let us look',
  )
}
