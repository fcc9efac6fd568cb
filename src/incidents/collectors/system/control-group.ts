import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'

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
 * binds as well: all
 * of them are told, the process's own first.
 *
 * @param proc where processes are; @param root where control groups are mounted
 */
export async function controlGroupMemory(process: string, proc = '/proc', root = mount): Promise<unknown> {
  const text = await readFile(join(proc, process, 'cgroup'), 'utf8').catch(() => '')
  const group = groupOf(text)
  if (group === undefined) throw new Error('it is in no control group for memory')
  const groups = await Promise.all(
    ancestors(group.path).map(async (path) => ({ path, ...(await memoryAt(join(root, group.controller, path))) })),
  )
  const told = groups.filter(({ usageBytes }) => usageBytes !== undefined)
  if (told.length === 0) throw new Error('its control group tells nothing of memory')
  return told
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
