import { readdirSync, readFileSync } from 'node:fs'

interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly state: string
}

/** One line of /proc/PID/stat; the command name is in parentheses and may hold blanks and parentheses itself. */
function readRow(pid: number): ProcessRow | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state = '', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { pid, parent: Number(parent), state }
  } catch {
    return undefined
  }
}

function allRows(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readRow(Number(name)))
    .filter((row) => row !== undefined)
}

/** The process state letter of proc(5): R, S, D, T, Z …; undefined when there is no such process. */
export function processState(pid: number): string | undefined {
  return readRow(pid)?.state
}

/** True while the process exists and is not a zombie. */
export function isAlive(pid: number): boolean {
  const state = processState(pid)
  return state !== undefined && state !== 'Z' && state !== 'X'
}

/**
 * A process and all that descend from it, parents first. Walked by parent and not by process group: every PostgreSQL
 * backend leads a session of its own.
 */
export function processTree(root: number): number[] {
  const rows = allRows()
  const tree = [root]
  for (const pid of tree) tree.push(...rows.filter((row) => row.parent === pid).map((row) => row.pid))
  return tree.filter((pid) => isAlive(pid))
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * Sends a signal to a whole tree, again until no child has been missed that was forked meanwhile. Returns the pids
 * reached.
 */
export function signalTree(root: number, signal: NodeJS.Signals): number[] {
  const reached = new Set<number>()
  for (;;) {
    const fresh = processTree(root).filter((pid) => !reached.has(pid))
    if (fresh.length === 0) return [...reached]
    for (const pid of fresh) {
      sendSignal(pid, signal)
      reached.add(pid)
    }
  }
}
