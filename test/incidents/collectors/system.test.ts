import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { totalmem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collector, readMemory, controlGroupMemory, groupOf } from '../../../src/incidents/collectors/system.js'
import { valueOf } from './collect.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-system-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Writes files below the temporary folder. */
function written(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

describe('this machine', () => {
  it('reports its disks, memory, load and open files', async () => {
    const value = await valueOf(collector, { paths: [folder, join(folder, 'none')] })
    expect(value).toMatchObject({
      load: { processors: expect.any(Number) as number, one: expect.any(Number) as number },
      memory: { MemTotal: totalmem(), MemAvailable: expect.any(Number) as number },
      [`fileSystem of ${folder}`]: {
        totalBytes: expect.any(Number) as number,
        freeFiles: expect.any(Number) as number,
      },
      'openFiles of self': { open: expect.any(Number) as number, most: expect.any(Number) as number },
      missing: { [`fileSystem of ${join(folder, 'none')}`]: 'it cannot be measured (ENOENT)' },
    })
    const { freeBytes, totalBytes } = value[`fileSystem of ${folder}`] as {
      readonly freeBytes: number
      readonly totalBytes: number
    }
    expect(freeBytes).toBeGreaterThan(0)
    expect(freeBytes).toBeLessThan(totalBytes)
  })

  it('tells the limits of the processes that are named, and that one is not there', async () => {
    const value = await valueOf(collector, { pids: [process.pid, 4_194_305] })
    expect(value[`openFiles of ${process.pid}`]).toMatchObject({ open: expect.any(Number) as number })
    expect(value['missing']).toMatchObject({
      'openFiles of 4194305': 'the process does not exist, or the system does not show it',
    })
    expect(value).not.toHaveProperty('openFiles of self')
  })

  it('reports nothing more once the time is over', async () => {
    await expect(valueOf(collector, { paths: ['/'] }, AbortSignal.abort())).rejects.toThrow(
      'not gathered: the time limit had passed',
    )
  })
})

it('reads memory in bytes, and only what is listed', () => {
  expect(
    readMemory(
      'MemTotal:       2048 kB\nMemAvailable:      1 kB\nVmallocTotal:   34359738367 kB\nHugePages_Total:       0\n',
    ),
  ).toEqual({ MemTotal: 2_097_152, MemAvailable: 1024 })
})

describe('a control group', () => {
  it('is found in either version, never outside its mount', () => {
    expect(groupOf('0::/system.slice/bus.service\n')).toEqual({ path: '/system.slice/bus.service', controller: '' })
    expect(groupOf('12:cpu,cpuacct:/a\n4:memory:/docker/x\n0::/b\n')).toEqual({
      path: '/docker/x',
      controller: 'memory',
    })
    expect(groupOf('0::/../../etc\n')).toEqual({ path: '/etc', controller: '' })
    expect(groupOf('3:cpu:/a\n')).toBeUndefined()
    expect(groupOf('')).toBeUndefined()
  })

  it('reports its own limit and those above it', async () => {
    written({
      'proc/7/cgroup': '0::/slice/bus\n',
      'root/slice/bus/memory.max': 'max\n',
      'root/slice/bus/memory.current': '5000\n',
      'root/slice/memory.max': '1048576\n',
      'root/slice/memory.current': '6000\n',
      'root/slice/memory.high': 'max\n',
    })
    expect(await controlGroupMemory('7', join(folder, 'proc'), join(folder, 'root'))).toEqual([
      { path: '/slice/bus', limitBytes: null, usageBytes: 5000 },
      { path: '/slice', limitBytes: 1_048_576, usageBytes: 6000, highBytes: null },
    ])
    await expect(controlGroupMemory('8', join(folder, 'proc'), join(folder, 'root'))).rejects.toThrow(
      'it is not in a control group for memory',
    )
  })

  it('of the first version has no limit where the number is beyond every memory', async () => {
    written({
      'proc/9/cgroup': '4:memory:/c\n',
      'root/memory/c/memory.limit_in_bytes': '9223372036854771712\n',
      'root/memory/c/memory.usage_in_bytes': '77\n',
    })
    expect(await controlGroupMemory('9', join(folder, 'proc'), join(folder, 'root'))).toEqual([
      { path: '/c', limitBytes: null, usageBytes: 77 },
    ])
  })
})
