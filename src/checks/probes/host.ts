import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { blankOf, wholeNumber } from '../../base/facts.js'
import { defineProbe } from '../../engine/probe.js'
import { diskActivity } from '../../host/disk-activity.js'
import { readBootTime, readLoad, readMemoryLines, readPressure, readUptime } from '../../host/figures.js'
import { ProcTree, procRootInput, type Reading } from '../../host/proc-tree.js'
import { busyPercent, shareInPercent, readProcessorTime } from '../../host/processor-time.js'
import { durationInput } from '../../net/credential.js'

/** Devices that are listed. */
const mostDisks = 100

const input = z.strictObject({
  window: durationInput()
    .prefault('1s')
    .describe("how long processors and disks are looked at; shorter than the check's timeout"),
  'proc-root': procRootInput(),
})

/** In percent of the time: how long some work waited for a resource. */
const pressureOf = (resource: string, seconds: number) =>
  z
    .number()
    .describe(`percent of the last ${seconds} seconds in which some work waited for ${resource}; 100 if unknown`)

const facts = z.strictObject({
  cpuKnown: z.boolean().describe('the system shows what its processors did in the window'),
  cpuBusyPercent: z
    .number()
    .describe('percent of the window in which the processors worked, all of them together; 100 if unknown'),
  cpus: wholeNumber().describe('processors; 0 if unknown'),
  memoryKnown: z.boolean().describe('the system shows how much memory it has, and has available'),
  memoryTotalBytes: wholeNumber().describe('bytes of memory'),
  memoryAvailableBytes: wholeNumber().describe('bytes of it that programs can still get without swapping'),
  memoryUsedPercent: z.number().describe('percent of it that they cannot get; 100 if unknown'),
  swapTotalBytes: wholeNumber().describe('bytes of swap space; 0 without any'),
  swapUsedBytes: wholeNumber().describe('bytes of it in use; the largest number there is if unknown'),
  swapUsedPercent: z.number().describe('percent of it in use, 0 without any; 100 if unknown'),
  loadKnown: z.boolean().describe('the system shows its load'),
  load1: z.number().describe('tasks that ran or waited, average of 1 minute; the largest number there is if unknown'),
  load5: z.number().describe('the same of 5 minutes'),
  load15: z.number().describe('the same of 15 minutes'),
  load1PerCpu: z.number().describe('load1 for each processor; the largest number there is if unknown'),
  load5PerCpu: z.number().describe('the same of 5 minutes'),
  load15PerCpu: z.number().describe('the same of 15 minutes'),
  pressureKnown: z.boolean().describe('the kernel counts how long work waits (PSI) for all three resources'),
  cpuPressure10sPercent: pressureOf('a processor', 10),
  cpuPressure60sPercent: pressureOf('a processor', 60),
  memoryPressure10sPercent: pressureOf('memory', 10),
  memoryPressure60sPercent: pressureOf('memory', 60),
  ioPressure10sPercent: pressureOf('a disk', 10),
  ioPressure60sPercent: pressureOf('a disk', 60),
  disksKnown: z.boolean().describe('the system shows what its disks did in the window'),
  diskBusiest: z.string().describe('name of the device that was busiest; empty without one'),
  diskBusiestPercent: z
    .number()
    .describe('percent of the window in which it had something to do, 0 without a device; 100 if unknown'),
  disks: z
    .array(
      z.strictObject({
        name: z.string().describe('name of the device'),
        busyPercent: z.number().describe('percent of the window in which it had something to do'),
        readBytesPerSecond: z.number().describe('bytes a second that were read'),
        writtenBytesPerSecond: z.number().describe('bytes a second that were written'),
      }),
    )
    .describe(`block devices and their partitions that were ever used, the busiest first, ${mostDisks} at most`),
  uptimeKnown: z.boolean().describe('the system shows when it started'),
  uptimeSeconds: wholeNumber().describe('seconds since the machine started; 0 if unknown'),
  startedAt: z.string().describe('when the machine started, ISO 8601; empty if unknown'),
})
type HostFacts = z.output<typeof facts>

const largest = Number.MAX_SAFE_INTEGER
const blank = blankOf(facts, {
  cpuBusyPercent: 100,
  memoryUsedPercent: 100,
  swapUsedBytes: largest,
  swapUsedPercent: 100,
  load1: largest,
  load5: largest,
  load15: largest,
  load1PerCpu: largest,
  load5PerCpu: largest,
  load15PerCpu: largest,
  cpuPressure10sPercent: 100,
  cpuPressure60sPercent: 100,
  memoryPressure10sPercent: 100,
  memoryPressure60sPercent: 100,
  ioPressure10sPercent: 100,
  ioPressure60sPercent: 100,
  diskBusiestPercent: 100,
})

export const probe = defineProbe({
  kind: 'host',
  title: 'processors, memory, load and disks of this machine',
  description:
    'Reads from /proc how busy processors and disks are over a window (two readings), how much memory and swap is left, the load, the pressure and the uptime. In a container most of it is that of the machine below it; the limits of its control group are not looked at.',
  input,
  facts,
  defaultTimeout: 10_000,
  examples: [
    {
      title: 'there is headroom',
      input: { window: '5s' },
      expect: 'facts.cpuBusyPercent <= 80.0 && facts.memoryUsedPercent <= 85.0',
    },
    {
      title: 'nothing waits long for memory, where the kernel says so',
      input: {},
      expect: '!facts.pressureKnown || facts.memoryPressure60sPercent < 10.0',
    },
  ],
  needs: (given) => ({ files: [given['proc-root']] }),
  async observe({ window, 'proc-root': root }, { signal }) {
    const tree = new ProcTree(root)
    signal.throwIfAborted()
    const first = await counters(tree, 'first')
    await pause(window, undefined, { signal })
    const second = await counters(tree, 'second')
    const worked = activity(first, second)
    return {
      ...blank,
      ...worked,
      ...disks(first, second),
      ...memory(await tree.text('meminfo')),
      ...load(await tree.text('loadavg'), worked.cpus ?? 0),
      ...(await pressure(tree)),
      ...uptime(second),
    }
  },
})

interface Counters {
  readonly stat: string
  readonly diskstats: string | undefined
  readonly uptime: number | undefined
}

async function counters(tree: ProcTree, reading: Reading): Promise<Counters> {
  const [uptime, stat, diskstats] = await Promise.all([
    tree.text('uptime', reading),
    tree.text('stat', reading),
    tree.text('diskstats', reading),
  ])
  return { uptime: readUptime(uptime ?? ''), stat: stat ?? '', diskstats }
}

function activity(first: Counters, second: Counters): Partial<HostFacts> {
  const [before, after] = [readProcessorTime(first.stat), readProcessorTime(second.stat)]
  if (before === undefined || after === undefined) return {}
  const busy = busyPercent(before, after)
  return { cpus: after.processors, ...(busy === undefined ? {} : { cpuKnown: true, cpuBusyPercent: busy }) }
}

function disks(first: Counters, second: Counters): Partial<HostFacts> {
  const seconds = (second.uptime ?? 0) - (first.uptime ?? 0)
  if (first.diskstats === undefined || second.diskstats === undefined || first.uptime === undefined) return {}
  if (seconds <= 0) return {}
  const all = diskActivity(first.diskstats, second.diskstats, seconds)
  return {
    disksKnown: true,
    disks: all.slice(0, mostDisks),
    diskBusiest: all[0]?.name ?? '',
    diskBusiestPercent: all[0]?.busyPercent ?? 0,
  }
}

function memory(text = ''): Partial<HostFacts> {
  const { MemTotal: total, MemAvailable: available, SwapTotal: swap, SwapFree: free } = readMemoryLines(text)
  return {
    ...(total === undefined || total === 0 || available === undefined
      ? {}
      : {
          memoryKnown: true,
          memoryTotalBytes: total,
          memoryAvailableBytes: available,
          memoryUsedPercent: shareInPercent(total - available, total),
        }),
    ...(swap === undefined || free === undefined
      ? {}
      : {
          swapTotalBytes: swap,
          swapUsedBytes: swap - free,
          swapUsedPercent: swap === 0 ? 0 : shareInPercent(swap - free, swap),
        }),
  }
}

function load(text = '', cpus: number): Partial<HostFacts> {
  const [load1, load5, load15] = readLoad(text) ?? []
  if (load1 === undefined || load5 === undefined || load15 === undefined) return {}
  return {
    loadKnown: true,
    load1,
    load5,
    load15,
    ...(cpus === 0 ? {} : { load1PerCpu: load1 / cpus, load5PerCpu: load5 / cpus, load15PerCpu: load15 / cpus }),
  }
}

async function pressure(tree: ProcTree): Promise<Partial<HostFacts>> {
  const [cpu, memory, io] = await Promise.all(
    ['cpu', 'memory', 'io'].map(async (name) => readPressure((await tree.text(`pressure/${name}`)) ?? '').some),
  )
  return {
    pressureKnown: cpu !== undefined && memory !== undefined && io !== undefined,
    ...(cpu && { cpuPressure10sPercent: cpu.seconds10, cpuPressure60sPercent: cpu.seconds60 }),
    ...(memory && { memoryPressure10sPercent: memory.seconds10, memoryPressure60sPercent: memory.seconds60 }),
    ...(io && { ioPressure10sPercent: io.seconds10, ioPressure60sPercent: io.seconds60 }),
  }
}

function uptime({ uptime: seconds, stat }: Counters): Partial<HostFacts> {
  const booted = readBootTime(stat)
  return {
    ...(seconds === undefined ? {} : { uptimeKnown: true, uptimeSeconds: Math.floor(seconds) }),
    ...(booted === undefined ? {} : { startedAt: new Date(booted).toISOString() }),
  }
}
