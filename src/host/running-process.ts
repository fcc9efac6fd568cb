import { readOpenFileLimits } from './figures.js'
import { hasExited, type ProcessStat, readProcessStat } from './process-stat.js'
import type { ProcTree, Reading } from './proc-tree.js'

/** A process that runs, as /proc shows it. */
export interface RunningProcess extends ProcessStat {
  readonly pid: number
  /** The user with whose rights it acts; `undefined` where that is not shown. */
  readonly uid: number | undefined
  /** Bytes of its memory that are in RAM; `undefined` for a part of the kernel. */
  readonly rssBytes: number | undefined
}

/** Its line of figures; `undefined` for one that has ended, one that is only waited for included. */
export async function processStat(
  tree: ProcTree,
  pid: number,
  reading: Reading = 'first',
): Promise<ProcessStat | 'exited' | undefined> {
  const stat = readProcessStat((await tree.text(`${pid}/stat`, reading)) ?? '')
  if (stat === undefined) return undefined
  return hasExited(stat) ? 'exited' : stat
}

/** A process; it may end at any moment while it is read, and is none then. */
export async function runningProcess(tree: ProcTree, pid: number): Promise<RunningProcess | 'exited' | undefined> {
  const stat = await processStat(tree, pid)
  if (stat === undefined || stat === 'exited') return stat
  const status = await tree.text(`${pid}/status`)
  if (status === undefined) return undefined
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1]
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  return {
    pid,
    ...stat,
    uid: uid === undefined ? undefined : Number(uid),
    rssBytes: kilobytes === undefined ? undefined : Number(kilobytes) * 1024,
  }
}

/** How many files a process has open, and may have; `undefined` where the system does not show both. */
export async function openFilesOf(
  tree: ProcTree,
  pid: number,
): Promise<{ readonly open: number; readonly most: number | null } | undefined> {
  const [limits, open] = await Promise.all([tree.text(`${pid}/limits`), tree.names(`${pid}/fd`)])
  const { most } = readOpenFileLimits(limits ?? '')
  return open === undefined || most === -1 ? undefined : { open: open.length, most }
}

/** The words that a process was started with, or that it wrote over them; `undefined` where none are shown. */
export async function wordsOf(tree: ProcTree, pid: number): Promise<Buffer | undefined> {
  const bytes = await tree.bytes(`${pid}/cmdline`)
  if (bytes === undefined) return undefined
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1
  return end === 0 ? undefined : bytes.subarray(0, end)
}
