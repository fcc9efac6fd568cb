/** The lines of /proc/meminfo (proc_meminfo(5)) that have a size, in bytes. */
export function readMemoryLines(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...text.matchAll(/^(\w+):\s+(\d+) kB$/gm)].map(([, name = '', kilobytes]) => [name, Number(kilobytes) * 1024]),
  )
}

/** Share of the last 10, 60 and 300 seconds, in percent. */
interface Pressure {
  readonly seconds10: number
  readonly seconds60: number
  readonly seconds300: number
}

/**
 * How long some, or all, work waited for a resource: a file of /proc/pressure (Documentation/accounting/psi). Empty
 * where the text is none.
 */
export function readPressure(text: string): Readonly<Partial<Record<'some' | 'full', Pressure>>> {
  return Object.fromEntries(
    [...text.matchAll(/^(some|full) avg10=([\d.]+) avg60=([\d.]+) avg300=([\d.]+) /gm)].map(
      ([, who = '', ten, sixty, threeHundred]) => [
        who,
        { seconds10: Number(ten), seconds60: Number(sixty), seconds300: Number(threeHundred) },
      ],
    ),
  )
}

/** The line `Max open files` of /proc/PID/limits; -1 for what is unknown, null for no limit. */
export function readOpenFileLimits(text: string): {
  readonly most: number | null
  readonly mostIfRaised: number | null
} {
  const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(text) ?? []
  return { most: countOf(soft), mostIfRaised: countOf(hard) }
}

/** Too large a number means no limit, as `unlimited` does; -1 for none at all. */
export function countOf(text: string | undefined): number | null {
  if (text === undefined) return -1
  const count = Number(text)
  return Number.isSafeInteger(count) ? count : null
}

/** The average number of tasks that ran or waited in the last 1, 5 and 15 minutes, from /proc/loadavg. */
export function readLoad(text: string): readonly [number, number, number] | undefined {
  const [, one, five, fifteen] = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) /.exec(text) ?? []
  return one === undefined ? undefined : [Number(one), Number(five), Number(fifteen)]
}

/** Seconds since the machine started, from /proc/uptime. */
export function readUptime(text: string): number | undefined {
  const [, seconds] = /^(\d+\.\d+) /.exec(text) ?? []
  return seconds === undefined ? undefined : Number(seconds)
}

/** When the machine started, in milliseconds since 1970, from /proc/stat. */
export function readBootTime(text: string): number | undefined {
  const [, seconds] = /^btime (\d+)$/m.exec(text) ?? []
  return seconds === undefined ? undefined : Number(seconds) * 1000
}
