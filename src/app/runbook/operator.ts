import { hostname, userInfo } from 'node:os'
import type { Operator } from '../../model/runbook/person.js'

/** Whoever runs this process, as the operating system knows them. */
export function currentOperator(): Operator {
  return { user: userName(), uid: process.getuid?.() ?? -1, host: hostname(), pid: process.pid }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A user id without an entry in the user database, as in many containers.
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}
