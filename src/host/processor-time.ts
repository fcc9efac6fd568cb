/** What all processors of a machine did since it started, in clock ticks. */
interface ProcessorTime {
  readonly busy: number
  readonly total: number
  readonly processors: number
}

/**
 * The lines `cpu` of /proc/stat (proc_stat(5)). Waiting for a disk is not work; the time of guests is part of `user`
 * and `nice` already.
 */
export function readProcessorTime(text: string): ProcessorTime | undefined {
  const [, figures] = /^cpu +(\d+(?: \d+){3,})$/m.exec(text.replace(/ +$/gm, '')) ?? []
  if (figures === undefined) return undefined
  const times = figures.split(' ').slice(0, 8).map(Number)
  const total = times.reduce((sum, time) => sum + time, 0)
  return {
    busy: total - times[3]! - (times[4] ?? 0),
    total,
    processors: [...text.matchAll(/^cpu\d+ /gm)].length,
  }
}

/** How much of the time between two readings the processors worked, in percent; `undefined` where no time passed. */
export function busyPercent(first: ProcessorTime, second: ProcessorTime): number | undefined {
  const total = second.total - first.total
  return total <= 0 ? undefined : shareInPercent(second.busy - first.busy, total)
}

/** A share in percent, from 0 to 100: counters that are read one after the other may differ by a tick. */
export function shareInPercent(part: number, whole: number): number {
  return Math.min(100, Math.max(0, (part / whole) * 100))
}
