/** Who holds a lock, in their own words. */
export type Holder = {
  readonly run: string
  readonly runbook: string
  readonly user: string
  readonly pid: number
  readonly host: string
  /** ISO-8601. */
  readonly since: string
}

/** Text that any user of this machine may have written: nothing of it is believed but short plain words. */
export function holderOf(text: string): Holder | undefined {
  try {
    const { run, runbook, user, pid, host, since } = JSON.parse(text) as Record<string, unknown>
    const words = [run, runbook, user, host, since]
    if (!words.every((word) => typeof word === 'string' && /^[\w@.:/+-]{1,200}$/.test(word))) return undefined
    return Number.isSafeInteger(pid) ? ({ run, runbook, user, pid, host, since } as Holder) : undefined
  } catch {
    return undefined
  }
}

/** One line, for the message of a lock that is taken. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return 'a process that does not answer (it may be stopped)'
  const { run, runbook, user, pid, host, since } = holder
  return `run ${run} of ${runbook}, started by ${user} (process ${pid} on ${host}) at ${since}`
}
