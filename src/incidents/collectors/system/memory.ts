import { readFile } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'

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
export async function machineMemory(): Promise<Readonly<Record<string, number>>> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => undefined)
  return text === undefined ? { MemTotal: totalmem(), MemFree: freemem() } : readMemory(text)
}

export function readMemory(text: string): Readonly<Record<string, number>> {
  const lines = [...text.matchAll(/^(\w+):\s+(\d+) kB$/gm)].map(
    ([, name = '', kilobytes]) => [name, Number(kilobytes) * 1024] as const,
  )
  return Object.fromEntries(lines.filter(([name]) => kept.includes(name)))
}
