import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { hasExited, type ProcessStat, readProcessStat } from '../host/process-stat.js'
import { codeOf } from '../base/errors.js'
import { settledWithin } from '../base/time/waiting.js'

/** A process, distinct from a later one with the same id. */
interface ProcessRow extends ProcessStat {
  readonly pid: number
}

/** What a program's processes are known by. */
export interface ProcessFamily {
  /** Process id of the program, which was started as the leader of a session and group of its own. */
  readonly leader: number
  /** An entry of its environment (`NAME=value`) that no other program has; its children inherit it wherever they go. */
  readonly mark?: string | undefined
}

/**
 * Every process of this machine that is not a zombie, from `/proc/PID/stat` (proc(5)).
 *
 * @returns nothing where the system has no `/proc`
 */
function runningProcesses(): readonly ProcessRow[] {
  return processIds().flatMap((pid) => {
    const row = readRow(pid)
    return row === undefined ? [] : [row]
  })
}

/**
 * Of all processes those that belong to a program: its session and group (no new process gets its id while either has a
 * member), those that carry its mark, those already known, and all that descend from one of these.
 */
function processesOf(family: ProcessFamily, known: readonly ProcessRow[]): readonly ProcessRow[] {
  const { leader, mark } = family
  const rows = runningProcesses()
  const isKnown = (row: ProcessRow) => known.some(({ pid, started }) => pid === row.pid && started === row.started)
  const isOurs = (row: ProcessRow) =>
    row.session === leader || row.group === leader || isKnown(row) || (mark !== undefined && carries(row.pid, mark))
  const found = new Set(rows.filter(isOurs))
  for (const parent of found) for (const row of rows) if (row.parent === parent.pid) found.add(row)
  return [...found]
}

/** Whether a process was started with this entry in its environment. Those of other users do not tell. */
function carries(pid: number, mark: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${mark}\0`)
  } catch {
    return false
  }
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/** A process may end while it is read. */
function readRow(pid: number): ProcessRow | undefined {
  try {
    const stat = readProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    return stat === undefined || hasExited(stat) ? undefined : { pid, ...stat }
  } catch {
    return undefined
  }
}

/** When a process started, in clock ticks after the machine's start; `undefined` when there is none with this id. */
export function startOfProcess(pid: number): number | undefined {
  const row = readRow(pid)
  return row === undefined ? undefined : Number(row.started)
}

/** How long a process that was asked to end may take before it is killed, in milliseconds. */
export const grace = 500

/** Rounds of SIGKILL, 25 ms apart: what is forked between two looks is found by the next. */
const killRounds = 10

/** Ends what is left of a program: asked first (SIGTERM), and killed after `grace`. */
export async function endFamily(child: ChildProcess, family: ProcessFamily): Promise<void> {
  let left = processesOf(family, [])
  if (left.length === 0 && hasEnded(child)) return
  signalAll(family, left, 'SIGTERM')
  for (let waited = 0; waited < grace && (left.length > 0 || !hasEnded(child)); waited += 25) {
    await wait(25)
    left = processesOf(family, left)
  }
  for (let round = 0; round < killRounds && (left.length > 0 || !hasEnded(child)); round += 1) {
    signalAll(family, left, 'SIGKILL')
    await wait(25)
    left = processesOf(family, left)
  }
  if (!hasEnded(child)) await settledWithin(once(child, 'exit'), { milliseconds: grace })
}

/** Kills all of a program without waiting: for an exit in the middle of things. */
export function killFamily(family: ProcessFamily): void {
  signalAll(family, processesOf(family, []), 'SIGKILL')
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

function signalAll({ leader }: ProcessFamily, processes: readonly ProcessRow[], signal: NodeJS.Signals): void {
  for (const target of [-leader, ...processes.map(({ pid }) => pid)]) {
    try {
      process.kill(target, signal)
    } catch (error) {
      // Ended meanwhile, or run by another user through setuid, which no signal of ours can end.
      if (!['ESRCH', 'EPERM'].includes(codeOf(error))) throw error
    }
  }
}
