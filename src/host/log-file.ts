import type { Stats } from 'node:fs'
import { lstat, realpath, type FileHandle } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf } from '../base/errors.js'
import { openRegularFile } from '../base/files/regular-file.js'

export const logRefusals = [
  'missing',
  'forbidden',
  'not-a-file',
  'foreign-link',
  'replaced',
  'unreadable',
  'compressed',
] as const

/** A log cannot be read; the message says which one and why. */
export class LogRefusal extends Error {
  override readonly name = 'LogRefusal'
  constructor(
    readonly code: (typeof logRefusals)[number],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/**
 * Opens a log file for reading.
 *
 * A link is followed, since `current.log` often is one, but not into a file of somebody else: a service that may write
 * to its log folder could otherwise have us read what it cannot read itself.
 *
 * @throws LogRefusal; a pipe, which would block, and a device, which may act, are not opened
 */
export async function openLog(path: string): Promise<FileHandle> {
  const named = resolve(path)
  try {
    const link = await lstat(named)
    const place = link.isSymbolicLink() ? await realpath(named) : named
    const found = link.isSymbolicLink() ? await lstat(place) : link
    refuseUnfit(named, found)
    if (link.isSymbolicLink() && !mayLead(link, found))
      throw new LogRefusal(
        'foreign-link',
        `${named} is a link to a file of another user (${place}), and is not followed`,
      )
    return await openSame(named, place, found)
  } catch (error) {
    throw readable(named, error)
  }
}

/**
 * No link is followed, and the file is compared: what was judged is what is read, even when something takes its place
 * meanwhile.
 */
async function openSame(named: string, place: string, found: Stats): Promise<FileHandle> {
  const { handle, status } = await openRegularFile(place, { links: 'refuse' })
  if (status.ino === found.ino && status.dev === found.dev) return handle
  await handle.close()
  throw new LogRefusal('replaced', `${named} was replaced while it was opened`)
}

/** The same owner, or a link that root or the user preflight runs as has set. */
function mayLead(link: Stats, target: Stats): boolean {
  return link.uid === target.uid || link.uid === 0 || link.uid === process.getuid?.()
}

function refuseUnfit(named: string, found: Stats): void {
  if (found.isFile()) return
  const what = found.isDirectory() ? 'a folder' : found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device'
  throw new LogRefusal('not-a-file', `${named} is ${what}, not a file`)
}

const reasons: Readonly<Record<string, readonly [LogRefusal['code'], string]>> = {
  ENOENT: ['missing', 'does not exist'],
  ENOTDIR: ['missing', 'does not exist'],
  ENAMETOOLONG: ['missing', 'has a name that is too long'],
  EACCES: ['forbidden', 'is not readable'],
  EPERM: ['forbidden', 'is not readable'],
  ELOOP: ['missing', 'is a link to a missing file'],
  'not-regular': ['not-a-file', 'is not a file'],
}

function readable(named: string, error: unknown): Error {
  if (error instanceof LogRefusal) return error
  const [code, reason] = reasons[codeOf(error)] ?? [
    'unreadable' as const,
    `cannot be read (${codeOf(error) || 'unknown reason'})`,
  ]
  return new LogRefusal(code, `${named} ${reason}`, { cause: error })
}
