import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { open, readdir, rm, stat, type FileHandle, chmod, lstat, mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { codeOf } from '../../base/errors.js'
import { isAlive } from '../../base/process-alive.js'
import { openRegularFile } from '../../base/files/regular-file.js'
import { surrounding } from '../../base/own-environment.js'

/** What came of trying to lock a file. `unavailable`: this machine has no folder or no program for it. */
type FileLock =
  | { readonly kind: 'held'; release(): Promise<void> }
  | { readonly kind: 'taken'; readonly by: Holder | undefined }
  | { readonly kind: 'unavailable' }

const unlinked = { links: 'refuse', access: 'read-write' } as const

/** Bytes of a lock file that are read. */
const largest = 4096

/**
 * Another start may hold a dead process's file for the moment in which it removes it: how often to ask, and
 * milliseconds between.
 */
const mostRefusals = 3

const pause = 100

/**
 * Locks a file of the shared folder by flock(2), which the kernel gives to one process at a time, whatever its user and
 * its namespaces, and takes back when that process ends. So a file that a killed process left says nothing: the next
 * one locks it. Node has no flock: flock(1) sets the lock on a descriptor of ours, and it stays with the open file when
 * that program ends.
 */
export async function lockFile(folder: string, name: string, holder: Holder): Promise<FileLock> {
  if (!(await isLockFolderUsable(folder))) return { kind: 'unavailable' }
  const path = join(folder, `${name}.lock`)
  for (let refusals = 1; ;) {
    const handle = await openShared(path)
    if (handle === undefined) return { kind: 'unavailable' }
    const answer = await flock(handle)
    if (answer === 'locked' && !(await isStillThere(handle, path))) {
      // Its holder removed it between our opening and our locking it: the name is free, or another file has it.
      await handle.close()
      continue
    }
    if (answer === 'locked') return held(handle, path, holder)
    const by = answer === 'taken' ? await readHolder(handle) : undefined
    await handle.close()
    if (answer === 'taken' && refusals < mostRefusals) {
      refusals += 1
      await wait(pause)
      continue
    }
    return answer === 'taken' ? { kind: 'taken', by } : { kind: 'unavailable' }
  }
}

async function held(handle: FileHandle, path: string, holder: Holder): Promise<FileLock> {
  // A lock without its holder's name (no room on the disk) is still a lock.
  await handle
    .truncate(0)
    .then(() => handle.write(`${JSON.stringify(holder)}\n`, 0))
    .catch(() => undefined)
  const release = async (): Promise<void> => {
    // Before the lock goes: a process that opened it meanwhile sees that the name is no longer this file's. In a folder
    // that keeps files for their owners, one that another user left cannot be removed; the next one locks it again.
    await rm(path, { force: true }).catch(() => undefined)
    await handle.close()
  }
  return { kind: 'held', release }
}

/** Files that are looked at, at most. */
const mostSwept = 20

/**
 * Removes what processes left in the shared folder that did not live to do it: files that are not held. Others' files
 * may stay.
 */
export async function removeLocksOfTheDead(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => [])
  for (const name of names.filter((each) => /^[0-9a-f]{64}\.lock$/.test(each)).slice(0, mostSwept)) {
    const path = join(folder, name)
    const opened = await openRegularFile(path, unlinked).catch(() => undefined)
    if (opened === undefined) continue
    const { handle } = opened
    const isDead = !isOfTheLiving(await readHolder(handle)) && (await isLeft(handle, path))
    if (isDead) await rm(path, { force: true }).catch(() => undefined)
    await handle.close()
  }
}

/** Whether its holder seems to live: most do, and to ask the lock itself costs the start of a program. */
function isOfTheLiving(holder: Holder | undefined): boolean {
  return holder?.host === hostname() && isAlive(holder.pid)
}

async function isLeft(handle: FileHandle, path: string): Promise<boolean> {
  return (await flock(handle)) === 'locked' && isStillThere(handle, path)
}

/** Opens the file, or makes it: for every user, since any of them may be the next to hold it. */
async function openShared(path: string): Promise<FileHandle | undefined> {
  for (;;) {
    try {
      return (await openRegularFile(path, unlinked)).handle
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') return undefined
    }
    try {
      const handle = await open(
        path,
        constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
        0o666,
      )
      try {
        await handle.chmod(0o666)
      } catch (error) {
        await handle.close()
        throw error
      }
      return handle
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') return undefined
    }
  }
}

async function flock(handle: FileHandle): Promise<'locked' | 'taken' | 'unavailable'> {
  const env = { PATH: surrounding('PATH') ?? '/usr/bin:/bin', LANG: 'C' }
  return new Promise((resolve) => {
    const child = spawn('flock', ['-x', '-n', '3'], { env, stdio: ['ignore', 'ignore', 'ignore', handle.fd] })
    child.once('error', () => resolve('unavailable'))
    child.once('close', (code) => resolve(code === 0 ? 'locked' : code === 1 ? 'taken' : 'unavailable'))
  })
}

async function isStillThere(handle: FileHandle, path: string): Promise<boolean> {
  const ours = await handle.stat()
  const named = await stat(path).catch(() => undefined)
  return named?.ino === ours.ino && named.dev === ours.dev
}

async function readHolder(handle: FileHandle): Promise<Holder | undefined> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(largest), 0, largest, 0)
  return holderOf(buffer.toString('utf8', 0, bytesRead))
}

/** Who holds a lock, in their own words. */
export type Holder = {
  readonly run: string
  readonly runbook: string
  readonly user: string
  readonly pid: number
  readonly host: string
  /** ISO-8601. */
  readonly since: string
}

/** Text that any user of this machine may have written: nothing of it is believed but short plain words. */
export function holderOf(text: string): Holder | undefined {
  try {
    const { run, runbook, user, pid, host, since } = JSON.parse(text) as Record<string, unknown>
    const words = [run, runbook, user, host, since]
    if (!words.every((word) => typeof word === 'string' && /^[\w@.:/+-]{1,200}$/.test(word))) return undefined
    return Number.isSafeInteger(pid) ? ({ run, runbook, user, pid, host, since } as Holder) : undefined
  } catch {
    return undefined
  }
}

/** One line, for the message of a lock that is taken. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return 'a process that does not answer (it may be stopped)'
  const { run, runbook, user, pid, host, since } = holder
  return `run ${run} of ${runbook}, started by ${user} (process ${pid} on ${host}) at ${since}`
}

/** Shared by all users of this machine, and by containers that mount it. */
export const machineLockFolder = '/run/lock/preflight'

/** Everybody may add files; only a file's owner may remove it. */
const sharedMode = 0o1777

/**
 * Makes sure that the shared folder is there, for all users.
 *
 * @returns whether it can be used: its parent may not be writable, or something else may have its name
 */
export async function isLockFolderUsable(folder: string): Promise<boolean> {
  try {
    await mkdir(folder)
    await chmod(folder, sharedMode)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') return false
  }
  return lstat(folder).then(
    (status) => status.isDirectory(),
    () => false,
  )
}
