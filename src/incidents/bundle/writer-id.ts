import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { codeOf } from '../../base/errors.js'

/** A process, told from every other that had or will have its number. */
export interface WriterId {
  readonly pid: number
  /** When it started, in clock ticks since the machine did (proc(5)); 0 where the system does not say. */
  readonly started: number
  /**
   * Of the machine, its start, and the process numbers' namespace: only where all three are ours can a number be looked
   * up. 12 hexadecimal digits.
   */
  readonly place: string
}

export function ownId(): WriterId {
  return { pid: process.pid, started: startOf(process.pid) ?? 0, place: ownPlace() }
}

/**
 * Whether a process has ended: nobody can say of one on another machine or in another container.
 */
export function hasEnded(writer: WriterId): boolean | undefined {
  if (writer.place !== ownPlace()) return undefined
  if (writer.started !== 0) return startOf(writer.pid) !== writer.started
  try {
    process.kill(writer.pid, 0)
    return false
  } catch (thrown) {
    return codeOf(thrown) === 'ESRCH'
  }
}

function ownPlace(): string {
  const parts = [hostname(), textOf('/proc/sys/kernel/random/boot_id'), linkOf('/proc/self/ns/pid')]
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12)
}

/** Nothing for a process that is not there or only waits to be collected. */
function startOf(pid: number): number | undefined {
  const stat = textOf(`/proc/${pid}/stat`)
  // The program's name stands in parentheses and may hold any character, a parenthesis too.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const started = Number(fields[18])
  return stat === '' || state === 'Z' || state === 'X' || !Number.isSafeInteger(started) ? undefined : started
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
