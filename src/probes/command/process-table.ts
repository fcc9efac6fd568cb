import { readdirSync, readFileSync } from 'node:fs'

/** A process that can be told from a later one with the same id. */
export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** Clock ticks after the machine's start. */
  readonly started: string
}

/**
 * Every process of this machine that is not a zombie, from `/proc/PID/stat` (proc(5)).
 *
 * @returns nothing where the system has no `/proc`
 */
export function runningProcesses(): readonly ProcessRow[] {
  return processIds().flatMap((pid) => {
    const row = readRow(pid)
    return row === undefined ? [] : [row]
  })
}

/**
 * Of all processes those that belong to a program: its session and group (it was started as the leader of both, and
 * no new process gets its id while either has a member), those already known, and all that descend from one of these.
 */
export function processesOf(leader: number, known: readonly ProcessRow[]): readonly ProcessRow[] {
  const rows = runningProcesses()
  const isKnown = (row: ProcessRow) => known.some(({ pid, started }) => pid === row.pid && started === row.started)
  const found = new Set(rows.filter((row) => row.session === leader || row.group === leader || isKnown(row)))
  for (const parent of found) for (const row of rows) if (row.parent === parent.pid) found.add(row)
  return [...found]
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
  } catch {
    return []
  }
}

/** The command's name stands in parentheses and may hold blanks and parentheses itself. A process may end while it is read. */
function readRow(pid: number): ProcessRow | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state = '', parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z' || state === 'X') return undefined
    return { pid, parent: Number(parent), group: Number(group), session: Number(session), started: rest[15] ?? '' }
  } catch {
    return undefined
  }
}
