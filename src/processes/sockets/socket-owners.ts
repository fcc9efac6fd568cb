import { readdir, readFile, readlink } from 'node:fs/promises'

export interface SocketOwner {
  readonly pid: number
  readonly program: string
}

/**
 * The processes that hold sockets open, by the socket's inode. Those of other users are passed over where we may not
 * look.
 *
 * @param among processes to look at; all when left out
 */
export async function socketOwners(
  inodes: ReadonlySet<string>,
  signal: AbortSignal,
  among?: readonly number[],
  proc = '/proc',
): Promise<ReadonlyMap<string, readonly SocketOwner[]>> {
  const owners = new Map<string, SocketOwner[]>()
  if (inodes.size === 0) return owners
  for (const pid of among ?? (await processIds(proc))) {
    if (signal.aborted) throw new Error('the time was over before every process was looked at')
    const held = new Set((await openSockets(pid, proc)).filter((inode) => inodes.has(inode)))
    if (held.size === 0) continue
    const owner = { pid, program: await programOf(pid, proc) }
    for (const inode of held) owners.set(inode, [...(owners.get(inode) ?? []), owner])
  }
  return owners
}

/**
 * The name of a process's program, at most 15 characters (proc_pid_comm(5)); not its command line, which may hold
 * credentials. Empty when there is no such process.
 */
export async function programOf(pid: number, proc = '/proc'): Promise<string> {
  return (await readFile(`${proc}/${pid}/comm`, 'utf8').catch(() => '')).trim()
}

async function processIds(proc: string): Promise<readonly number[]> {
  return (await readdir(proc)).filter((name) => /^\d+$/.test(name)).map(Number)
}

/** A process may end, and close files, while it is looked at. */
async function openSockets(pid: number, proc: string): Promise<readonly string[]> {
  const folder = `${proc}/${pid}/fd`
  const files = await readdir(folder).catch((): string[] => [])
  const targets = await Promise.all(files.map((file) => readlink(`${folder}/${file}`).catch(() => '')))
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [])
}
