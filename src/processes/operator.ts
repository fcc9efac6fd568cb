import { readFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'

/** Who runs this process, as the operating system knows them. */
export function currentOperator(): Operator {
  return {
    user: userName(),
    uid: process.getuid?.() ?? -1,
    host: hostname(),
    pid: process.pid,
    canChangeOwners: canChangeOwners(),
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A user id without an entry in the user database, as in many containers.
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}

/**
 * By bit (capabilities(7)): CHOWN, DAC_OVERRIDE, FOWNER, SETUID, SYS_PTRACE, SYS_ADMIN. With any of them a file of
 * another user can be made, or written.
 */
const owning = [0, 1, 3, 7, 19, 21]

/** The only map of user ids that is none: that of a process in no user namespace of its own. */
const wholeMap = /^\s*0\s+0\s+4294967295\s*$/

/**
 * Whether this process can make files that belong to other users, now or by what it may take up. Where nothing tells,
 * it can.
 *
 * @public a test asks it in processes of other users
 */
export function canChangeOwners(): boolean {
  if (process.getuid?.() === 0 || process.geteuid?.() === 0) return true
  try {
    if (!wholeMap.test(readFileSync('/proc/self/uid_map', 'utf8'))) return true
    const sets = [
      ...readFileSync('/proc/self/status', 'utf8').matchAll(/^Cap(?:Inh|Prm|Eff|Amb):\s*([0-9a-f]+)$/gm),
    ].map(([, hexadecimal]) => BigInt(`0x${hexadecimal!}`))
    return sets.length === 0 || sets.some((set) => owning.some((bit) => ((set >> BigInt(bit)) & 1n) === 1n))
  } catch {
    return true
  }
}

/** Who does something, as far as the operating system knows. */
export type Operator = {
  readonly user: string
  readonly uid: number
  readonly host: string
  readonly pid: number
  /**
   * The process can give files to other users, or write theirs: as root, by a capability, or in a user namespace.
   * Absent in journals of before.
   */
  readonly canChangeOwners?: boolean | undefined
}
