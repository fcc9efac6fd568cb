/** What /proc/PID/stat (proc_pid_stat(5)) says of a process. */
export interface ProcessStat {
  /** At most 15 characters. */
  readonly program: string
  readonly state: string
  readonly parent: number
  readonly group: number
  readonly session: number
  /** Clock ticks in which it ran, in its own code and in the kernel's for it. */
  readonly ran: number
  /** Clock ticks after the machine's start, as text: distinct for two processes that have the same id. */
  readonly started: string
}

/** Clock ticks of a second, in which the kernel counts for programs (USER_HZ, 100 on every Linux). */
export const ticksPerSecond = 100

/** The program's name is in parentheses and may hold blanks and parentheses itself. */
export function readProcessStat(text: string): ProcessStat | undefined {
  const [begin, end] = [text.indexOf('('), text.lastIndexOf(')')]
  const [state = '', parent, group, session, ...rest] = text.slice(end + 2).split(' ')
  const started = rest[15] ?? ''
  if (begin < 0 || end < begin || !/^\d+$/.test(started)) return undefined
  return {
    program: text.slice(begin + 1, end),
    state,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    ran: Number(rest[7]) + Number(rest[8]),
    started,
  }
}

/** Whether it only waits for its parent to ask how it ended. */
export function hasExited({ state }: ProcessStat): boolean {
  return state === 'Z' || state === 'X'
}
