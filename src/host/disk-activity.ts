import { shareInPercent } from './processor-time.js'

/** Bytes of a sector in /proc/diskstats, whatever the device has. */
const sector = 512
/** The counter of busy milliseconds has 32 bits. */
const wrap = 2 ** 32

interface Counters {
  readonly read: number
  readonly written: number
  readonly busyMilliseconds: number
}

interface DiskActivity {
  readonly name: string
  readonly busyPercent: number
  readonly readBytesPerSecond: number
  readonly writtenBytesPerSecond: number
}

/** The lines of /proc/diskstats (Documentation/admin-guide/iostats), by device, of those that were ever used. */
function readCounters(text: string): ReadonlyMap<string, Counters> {
  return new Map(
    text.split('\n').flatMap((line): [string, Counters][] => {
      const fields = line.trim().split(/\s+/)
      const [read, written, busyMilliseconds] = [5, 9, 12].map((index) => Number(fields[index]))
      if (fields.length < 14 || ![read, written, busyMilliseconds].every(Number.isSafeInteger)) return []
      if (read === 0 && written === 0) return []
      return [[fields[2]!, { read: read!, written: written!, busyMilliseconds: busyMilliseconds! }]]
    }),
  )
}

/** What each device did between two readings of /proc/diskstats, the busiest first. */
export function diskActivity(first: string, second: string, seconds: number): readonly DiskActivity[] {
  const before = readCounters(first)
  return [...readCounters(second)]
    .flatMap(([name, now]): DiskActivity[] => {
      const then = before.get(name)
      if (then === undefined) return []
      const busy = (now.busyMilliseconds - then.busyMilliseconds + wrap) % wrap
      const perSecond = (sectors: number): number => Math.max(0, (sectors * sector) / seconds)
      return [
        {
          name,
          busyPercent: shareInPercent(busy, seconds * 1000),
          readBytesPerSecond: perSecond(now.read - then.read),
          writtenBytesPerSecond: perSecond(now.written - then.written),
        },
      ]
    })
    .sort((one, other) => other.busyPercent - one.busyPercent || (one.name < other.name ? -1 : 1))
}
