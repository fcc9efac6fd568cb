import { constants, type Stats } from 'node:fs'
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf } from '../../../base/errors.js'

/**
 * Opens a log file for reading.
 *
 * A link is followed, since `current.log` often is one, but not into a file of somebody else: a service that may write
 * to its log
 * folder could otherwise have us read what it cannot read itself.
 *
 * @throws Error that says why it cannot be read: not there, not allowed, no regular file (a pipe would block, a device
 *   may act)
 */
export async function openLog(path: string): Promise<FileHandle> {
  const named = resolve(path)
  try {
    const link = await lstat(named)
    const place = link.isSymbolicLink() ? await realpath(named) : named
    const found = link.isSymbolicLink() ? await lstat(place) : link
    refuseUnfit(named, found)
    if (link.isSymbolicLink() && !mayLead(link, found))
      throw new Error(`${named} is a link to a file of another user (${place}), and is not followed`)
    return await openSame(named, place, found)
  } catch (error) {
    throw readable(named, error)
  }
}

/** O_NOFOLLOW and the comparison: what was judged is what is read, even when something takes its place meanwhile. */
async function openSame(named: string, place: string, found: Stats): Promise<FileHandle> {
  const file = await open(place, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    const opened = await file.stat()
    if (opened.ino !== found.ino || opened.dev !== found.dev)
      throw new Error(`${named} was replaced while it was opened`)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** The same owner, or a link that root or the user preflight runs as has set. */
function mayLead(link: Stats, target: Stats): boolean {
  return link.uid === target.uid || link.uid === 0 || link.uid === process.getuid?.()
}

function refuseUnfit(named: string, found: Stats): void {
  if (found.isFile()) return
  const what = found.isDirectory() ? 'a folder' : found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device'
  throw new Error(`${named} is ${what}, not a file`)
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  ENAMETOOLONG: 'has too long a name',
  EACCES: 'may not be read',
  EPERM: 'may not be read',
  ELOOP: 'is a link that leads nowhere',
}

function readable(named: string, error: unknown): Error {
  const reason = reasons[codeOf(error)]
  if (reason !== undefined) return new Error(`${named} ${reason}`)
  return codeOf(error) === '' && error instanceof Error
    ? error
    : new Error(`${named} cannot be read (${codeOf(error) || 'unknown reason'})`)
}
