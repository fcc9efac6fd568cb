import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { readBootTime } from '../host/figures.js'
import { ticksPerSecond } from '../host/process-stat.js'
import { startOfProcess } from './process-table.js'

/** What became of a process. `unknown`: it ran on another machine, or nothing here tells. */
export type ProcessFate = 'running' | 'gone' | 'unknown'

const tick = 1000 / ticksPerSecond

/** Milliseconds by which the kernel's time of its own start may be off. */
const inexact = 2000

/**
 * Whether the process that did something then still runs. A later one may have its id.
 *
 * @param at when it did that (milliseconds since 1970)
 */
export function processFate({ pid, host }: { readonly pid: number; readonly host: string }, at: number): ProcessFate {
  const booted = bootTime()
  if (host !== hostname() || booted === undefined) return 'unknown'
  const started = startOfProcess(pid)
  return started !== undefined && booted + started * tick <= at + inexact ? 'running' : 'gone'
}

/** When this machine started, in milliseconds since 1970; `undefined` where the system has no `/proc`. */
function bootTime(): number | undefined {
  try {
    return readBootTime(readFileSync('/proc/stat', 'latin1'))
  } catch {
    return undefined
  }
}
