import { randomBytes } from 'node:crypto'
import { isAlive } from '../process-alive.js'

/** Milliseconds after which a temporary file has no owner any more: it is written and moved in place at once. */
const stale = 60_000

/**
 * A name for a file that is written beside another one and then moved in its place. It names the process, so that a
 * later one can tell whether it is left over.
 */
export function temporaryName(name: string): string {
  return `.${name}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`
}

/**
 * Whether a file is what a killed process left of writing `name`.
 *
 * @param changedAt asked for the time of its last change, in milliseconds since the epoch, where the name does not
 *   settle it
 */
export function isLeftover(file: string, name: string, changedAt: () => number): boolean {
  if (!file.startsWith(`.${name}.`)) return false
  const [, pid] = /^(\d+)\.[0-9a-f]{12}\.tmp$/.exec(file.slice(name.length + 2)) ?? []
  return pid !== undefined && !isAlive(Number(pid)) && Date.now() - changedAt() > stale
}
