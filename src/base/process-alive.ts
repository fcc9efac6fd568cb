import { codeOf } from './errors.js'

/** Whether a process of this host and its PID namespace has not ended, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}
