import { readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem, uptime } from 'node:os'
import { expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/host.js'
import { observe } from './observe.js'
import { recordedTree } from './recorded-tree.js'

/** user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice: proc_stat(5). */
const stat = (figures: string): string =>
  `cpu  ${figures}\ncpu0 ${figures}\ncpu1 ${figures}\nintr 1 0 3\nctxt 5\nbtime 1700000000\nprocesses 7\n`
const pressure = (ten: string, sixty: string): string =>
  `some avg10=${ten} avg60=${sixty} avg300=0.00 total=1\nfull avg10=99.00 avg60=99.00 avg300=99.00 total=1\n`

const machine = {
  stat: stat('100 10 50 800 40 0 5 5 90 0'),
  'stat.2': stat('130 10 60 845 50 0 10 5 120 0'),
  meminfo:
    'MemTotal:        8000 kB\nMemFree:          100 kB\nMemAvailable:    2000 kB\nSwapTotal:       1000 kB\nSwapFree:         750 kB\n',
  loadavg: '3.00 1.50 0.50 2/345 6789\n',
  uptime: '1000.00 1500.00\n',
  'uptime.2': '1002.00 1503.00\n',
  'pressure/cpu': pressure('12.50', '3.25'),
  'pressure/memory': pressure('0.00', '0.10'),
  'pressure/io': pressure('1.00', '2.00'),
  diskstats:
    '   8       0 sda 10 0 100 5 20 0 200 7 0 4294967000 12 0 0 0 0\n   8       1 sda1 1 0 8 5 2 0 8 7 0 100 12\n   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n',
  'diskstats.2':
    '   8       0 sda 10 0 300 5 20 0 208 7 0 704 12 0 0 0 0\n   8       1 sda1 1 0 8 5 2 0 8 7 0 120 12\n   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n',
}
const seen = (files: Readonly<Record<string, string>>) =>
  observe(probe, { window: '1ms', 'proc-root': recordedTree(files) })

it('says what a recorded machine did between two readings, and what it has left', async () => {
  const facts = await seen(machine)
  // 100 ticks passed: 30 user, 10 system and 5 of interrupts were work; 45 idle and 10 of waiting for a disk were not.
  expect(facts).toMatchObject({ cpuKnown: true, cpuBusyPercent: 45, cpus: 2 })
  expect(facts).toMatchObject({
    memoryKnown: true,
    memoryTotalBytes: 8_192_000,
    memoryAvailableBytes: 2_048_000,
    memoryUsedPercent: 75,
    swapTotalBytes: 1_024_000,
    swapUsedBytes: 256_000,
    swapUsedPercent: 25,
  })
  expect(facts).toMatchObject({ loadKnown: true, load1: 3, load5: 1.5, load15: 0.5 })
  expect(facts).toMatchObject({ load1PerCpu: 1.5, load5PerCpu: 0.75, load15PerCpu: 0.25 })
  expect(facts).toMatchObject({
    pressureKnown: true,
    cpuPressure10sPercent: 12.5,
    cpuPressure60sPercent: 3.25,
    memoryPressure10sPercent: 0,
    memoryPressure60sPercent: 0.1,
    ioPressure10sPercent: 1,
    ioPressure60sPercent: 2,
  })
  // The counter of milliseconds began again at 0: 296 before, 704 after, of 2000. A sector is 512 bytes.
  expect(facts.disks).toEqual([
    { name: 'sda', busyPercent: 50, readBytesPerSecond: 51_200, writtenBytesPerSecond: 2_048 },
    { name: 'sda1', busyPercent: 1, readBytesPerSecond: 0, writtenBytesPerSecond: 0 },
  ])
  expect(facts).toMatchObject({ disksKnown: true, diskBusiest: 'sda', diskBusiestPercent: 50 })
  expect(facts).toMatchObject({ uptimeKnown: true, uptimeSeconds: 1002, startedAt: '2023-11-14T22:13:20.000Z' })
})

it.each([
  ['idle', stat('100 10 50 900 40 0 5 5 90 0'), 0],
  ['busy', stat('180 10 70 800 40 0 5 5 170 0'), 100],
  ['robbed of its processors by its host', stat('100 10 50 800 40 0 5 105 90 0'), 100],
])('says of a machine that is %s how much', async (_what, second, busy) => {
  expect(await seen({ ...machine, 'stat.2': second })).toMatchObject({ cpuKnown: true, cpuBusyPercent: busy })
})

const without = (...names: readonly string[]) =>
  Object.fromEntries(Object.entries(machine).filter(([name]) => !names.some((each) => name.startsWith(each))))

it.each([
  ['one reading of its processors', without('stat.2'), { cpuKnown: false, cpuBusyPercent: 100, cpus: 2 }],
  ['no processors', without('stat'), { cpuKnown: false, cpus: 0, loadKnown: true, load1PerCpu: 9007199254740991 }],
  [
    'no pressure',
    without('pressure'),
    { pressureKnown: false, cpuPressure10sPercent: 100, memoryPressure60sPercent: 100, cpuKnown: true },
  ],
  [
    'pressure of one resource less',
    without('pressure/io'),
    { pressureKnown: false, cpuPressure10sPercent: 12.5, ioPressure10sPercent: 100 },
  ],
  ['no disks', without('diskstats'), { disksKnown: false, diskBusiest: '', diskBusiestPercent: 100, disks: [] }],
  ['no time between two readings', without('uptime.2'), { disksKnown: false, diskBusiestPercent: 100 }],
  ['no memory', without('meminfo'), { memoryKnown: false, memoryUsedPercent: 100, swapUsedPercent: 100 }],
  [
    'no swap',
    { ...machine, meminfo: 'MemTotal: 8 kB\nMemAvailable: 2 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n' },
    { memoryKnown: true, swapTotalBytes: 0, swapUsedBytes: 0, swapUsedPercent: 0 },
  ],
  [
    'memory, but not how much of it is available',
    { ...machine, meminfo: 'MemTotal: 8 kB\nMemFree: 8 kB\n' },
    { memoryKnown: false, memoryUsedPercent: 100 },
  ],
])('says what is worst of what a machine does not show: %s', async (_what, files, facts) => {
  expect(await seen(files)).toMatchObject(facts)
})

it('says of this machine what node says of it', async () => {
  const facts = await observe(probe, { window: '200ms' })
  expect(facts).toMatchObject({
    cpuKnown: true,
    cpus: cpus().length,
    memoryKnown: true,
    memoryTotalBytes: totalmem(),
    loadKnown: true,
    uptimeKnown: true,
  })
  for (const share of [
    facts.cpuBusyPercent,
    facts.memoryUsedPercent,
    facts.swapUsedPercent,
    facts.diskBusiestPercent,
  ]) {
    expect(share).toBeGreaterThanOrEqual(0)
    expect(share).toBeLessThanOrEqual(100)
  }
  expect(facts.memoryUsedPercent).toBeGreaterThan(0)
  // Readings a moment apart; the load is computed every five seconds.
  expect(Math.abs(facts.uptimeSeconds - uptime())).toBeLessThan(60)
  expect(Math.abs(facts.load15 - loadavg()[2]!)).toBeLessThan(5)
  expect(facts.pressureKnown).toBe(isShown('/proc/pressure/io'))
})

function isShown(path: string): boolean {
  try {
    return readFileSync(path, 'utf8') !== ''
  } catch {
    return false
  }
}
