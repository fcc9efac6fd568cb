import { arch, availableParallelism, loadavg, platform, release, uptime, freemem, totalmem } from 'node:os'
import { z } from 'zod'
import { pathText } from '../../base/text/terminal-text.js'
import { defineCollector } from '../../engine/collector.js'
import { countOf, readMemoryLines, readOpenFileLimits, readPressure } from '../../host/figures.js'
import { Parts } from './gathering/parts.js'
import { statfs, readFile, readdir } from 'node:fs/promises'
import { resolve, join, normalize } from 'node:path'
import { codeOf } from '../../base/errors.js'

const input = z.strictObject({
  paths: z.array(pathText()).max(50).default([]).describe('files or folders whose file systems are measured'),
  pids: z
    .array(z.int().min(1))
    .max(100)
    .default([])
    .describe('processes whose open files, file limit and control group are shown; default: preflight itself'),
})

/** What this machine has left: disk, memory, processor, open files. */
export const collector = defineCollector({
  kind: 'system',
  title: 'disk, memory, load and limits of this machine',
  input,
  async collect({ paths, pids }, { signal }) {
    const parts = new Parts(signal)
    const processes = pids.length === 0 ? ['self'] : pids.map(String)
    const [one = 0, five = 0, fifteen = 0] = loadavg()
    await parts.take('load', () =>
      Promise.resolve({ one, five, fifteen, processors: availableParallelism(), upSeconds: Math.floor(uptime()) }),
    )
    await parts.take('memory', machineMemory)
    await parts.take('pressure', pressure)
    await parts.take('openFiles', openFilesOfMachine)
    for (const process of processes) {
      await parts.take(`openFiles of ${process}`, () => openFilesOf(process))
      await parts.take(`controlGroup of ${process}`, () => controlGroupMemory(process))
    }
    // One that hangs (a network file system whose server is gone) must not keep the others from being reported.
    await Promise.all(paths.map((path) => parts.take(`fileSystem of ${path}`, () => fileSystemAt(path))))
    return parts.gathered({ system: `${platform()} ${release()} ${arch()}` })
  },
})

/**
 * Bytes and files (inodes) of the file system that a path lies on; `free` is what users other than root can still take.
 */
async function fileSystemAt(path: string): Promise<unknown> {
  const found = await statfs(resolve(path)).catch((error: unknown) => {
    throw new Error(`it cannot be measured (${codeOf(error) || 'unknown reason'})`)
  })
  return {
    totalBytes: found.blocks * found.bsize,
    freeBytes: found.bavail * found.bsize,
    totalFiles: found.files,
    freeFiles: found.ffree,
  }
}

/**
 * How long work waited for a resource: share of the last 10, 60 and 300 seconds in percent
 * (Documentation/accounting/psi).
 */
async function pressure(): Promise<unknown> {
  const all = await Promise.all(
    ['cpu', 'memory', 'io'].map(
      async (what) => [what, readPressure(await readFile(`/proc/pressure/${what}`, 'utf8').catch(() => ''))] as const,
    ),
  )
  const readable = all.filter(([, lines]) => Object.keys(lines).length > 0)
  if (readable.length === 0) throw new Error('the system does not show it')
  return Object.fromEntries(readable)
}

/**
 * The lines of /proc/meminfo (proc_meminfo(5)) that say what is left, what is promised, and what waits to be written.
 */
const kept = [
  'MemTotal',
  'MemFree',
  'MemAvailable',
  'Buffers',
  'Cached',
  'SwapTotal',
  'SwapFree',
  'Dirty',
  'Writeback',
  'Shmem',
  'Slab',
  'CommitLimit',
  'Committed_AS',
]

/** In bytes. */
async function machineMemory(): Promise<Readonly<Record<string, number>>> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => undefined)
  return text === undefined ? { MemTotal: totalmem(), MemFree: freemem() } : readMemory(text)
}

export function readMemory(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(readMemoryLines(text)).filter(([name]) => kept.includes(name)))
}

/** How many files the whole machine has open, and may. */
async function openFilesOfMachine(): Promise<unknown> {
  const [open, , most] = (await readFile('/proc/sys/fs/file-nr', 'utf8').catch(refuseUnreadable)).trim().split(/\s+/)
  return { open: Number(open), most: countOf(most) }
}

/** How many files a process has open, and may have; -1 for what is unknown, null for no limit. */
async function openFilesOf(process: string): Promise<unknown> {
  const limits = await readFile(`/proc/${process}/limits`, 'utf8').catch(refuseUnreadable)
  const open = await readdir(`/proc/${process}/fd`).then(
    ({ length }) => length,
    () => -1,
  )
  return { open, ...readOpenFileLimits(limits) }
}

function refuseUnreadable(error: unknown): never {
  throw new Error(
    codeOf(error) === 'ENOENT'
      ? 'the process does not exist, or the system does not show it'
      : 'no permission to read it',
  )
}

const mount = '/sys/fs/cgroup'

/** Of version 2 and of version 1 (Documentation/admin-guide/cgroup-v2 and cgroup-v1/memory). */
const files = {
  limitBytes: ['memory.max', 'memory.limit_in_bytes'],
  usageBytes: ['memory.current', 'memory.usage_in_bytes'],
  highBytes: ['memory.high', 'memory.soft_limit_in_bytes'],
} as const

/** Beyond every memory: how version 1 says that there is no limit. */
const noLimit = 2 ** 60

/**
 * The memory that a process's control group may use, and uses, in bytes; null for no limit. A limit of a group above it
 * binds as well: all of them are reported, the process's own first.
 *
 * @param proc where processes are; @param root where control groups are mounted
 */
export async function controlGroupMemory(process: string, proc = '/proc', root = mount): Promise<unknown> {
  const text = await readFile(join(proc, process, 'cgroup'), 'utf8').catch(() => '')
  const group = groupOf(text)
  if (group === undefined) throw new Error('it is not in a control group for memory')
  const groups = await Promise.all(
    ancestors(group.path).map(async (path) => ({ path, ...(await memoryAt(join(root, group.controller, path))) })),
  )
  const known = groups.filter(({ usageBytes }) => usageBytes !== undefined)
  if (known.length === 0) throw new Error('its control group has no memory figures')
  return known
}

/** The lines `0::/path` (version 2) and `4:memory:/path` (version 1) of /proc/PID/cgroup. */
export function groupOf(text: string): { readonly path: string; readonly controller: string } | undefined {
  const lines = [...text.matchAll(/^\d+:([^:\n]*):(\/.*)$/gm)].map(([, controllers = '', path = '']) => ({
    controllers: controllers.split(','),
    path: normalize(path),
  }))
  const first = lines.find(({ controllers }) => controllers.includes('memory'))
  if (first !== undefined) return { path: first.path, controller: 'memory' }
  const second = lines.find(({ controllers }) => controllers[0] === '')
  return second === undefined ? undefined : { path: second.path, controller: '' }
}

/** `/a/b`, `/a`, `/`. */
function ancestors(path: string): readonly string[] {
  const segments = path.split('/').filter((segment) => segment !== '')
  return segments.map((_, index) => `/${segments.slice(0, segments.length - index).join('/')}`).concat('/')
}

async function memoryAt(folder: string): Promise<Readonly<Partial<Record<keyof typeof files, number | null>>>> {
  const entries = await Promise.all(
    Object.entries(files).map(async ([name, candidates]) => {
      const texts = await Promise.all(
        candidates.map((file) => readFile(join(folder, file), 'utf8').catch(() => undefined)),
      )
      const text = texts.find((each) => each !== undefined)?.trim()
      return text === undefined ? [] : [[name, bytesOf(text)] as const]
    }),
  )
  return Object.fromEntries(entries.flat())
}

function bytesOf(text: string): number | null {
  const bytes = Number(text)
  return Number.isFinite(bytes) && bytes < noLimit ? bytes : null
}
