import { z } from 'zod'
import { pathText } from '../../base/text/terminal-text.js'
import { defineCollector } from '../../engine/collector.js'
import type { Stats } from 'node:fs'
import { lstat, realpath, type FileHandle } from 'node:fs/promises'
import { resolve } from 'node:path'
import { codeOf } from '../../base/errors.js'
import { openRegularFile } from '../../base/files/regular-file.js'

const input = z.strictObject({
  path: pathText().describe('the file; a link is followed if its owner could have read the target'),
  lines: z.int().min(1).max(100_000).default(2000).describe('maximum number of last lines to keep'),
  'max-bytes': z
    .int()
    .min(1)
    .max(4 * 1024 * 1024)
    .default(256 * 1024)
    .describe('maximum number of bytes to keep'),
})

/** The end of a log file, in whole lines. */
export const collector = defineCollector({
  kind: 'log',
  title: 'the last lines of a log file',
  input,
  async collect({ path, lines, 'max-bytes': mostBytes }, { signal }) {
    const file = await openLog(path)
    try {
      return { form: 'text', ...(await readTail(file, { lines, bytes: mostBytes }, signal)) }
    } finally {
      await file.close()
    }
  },
})

/**
 * Opens a log file for reading.
 *
 * A link is followed, since `current.log` often is one, but not into a file of somebody else: a service that may write
 * to its log folder could otherwise have us read what it cannot read itself.
 *
 * @throws Error that says why it cannot be read: not there, not allowed, not a regular file (a pipe would block, a
 *   device may act)
 */
async function openLog(path: string): Promise<FileHandle> {
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

/**
 * No link is followed, and the file is compared: what was judged is what is read, even when something takes its place
 * meanwhile.
 */
async function openSame(named: string, place: string, found: Stats): Promise<FileHandle> {
  const { handle, status } = await openRegularFile(place, { links: 'refuse' })
  if (status.ino === found.ino && status.dev === found.dev) return handle
  await handle.close()
  throw new Error(`${named} was replaced while it was opened`)
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
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  ENAMETOOLONG: 'has a name that is too long',
  EACCES: 'is not readable',
  EPERM: 'is not readable',
  ELOOP: 'is a link to a missing file',
}

function readable(named: string, error: unknown): Error {
  const reason = reasons[codeOf(error)]
  if (reason !== undefined) return new Error(`${named} ${reason}`)
  return codeOf(error) === '' && error instanceof Error
    ? error
    : new Error(`${named} cannot be read (${codeOf(error) || 'unknown reason'})`)
}

interface Tail {
  readonly text: string
  /** What was left out, in a sentence; empty when nothing was. */
  readonly omitted: string
}

const chunkBytes = 64 * 1024

const newline = 0x0a

/**
 * Reads the end of a file: whole lines only, since half a line may begin in the middle of a secret. What is appended
 * meanwhile is not read; a file that shrinks meanwhile gives what is left of it.
 */
export async function readTail(
  file: FileHandle,
  most: { readonly lines: number; readonly bytes: number },
  signal: AbortSignal,
): Promise<Tail> {
  const { size } = await file.stat()
  // One byte more shows whether the first line that fits is complete.
  const start = Math.max(0, size - most.bytes - 1)
  const read = await readRange(file, start, size, signal)
  const notes: string[] = []
  if (read.length < size - start)
    notes.push(signal.aborted ? 'reading was cut off' : 'the file shrank while it was read')

  let tail = start === 0 && read.length <= most.bytes ? read : read.subarray(firstWholeLine(read, most.bytes))
  if (!endsWithLine(tail) && (await hasGrown(file, size))) {
    tail = tail.subarray(0, tail.lastIndexOf(newline) + 1)
    notes.push('the line that was being written')
  }
  tail = lastLines(tail, most.lines)
  const before = size - tail.length
  if (tail.length === 0 && size > 0) notes.push(`no complete line fits into ${most.bytes} bytes`)
  else if (before > 0 && read.length >= size - start)
    notes.push(`the earlier part: the file has ${size} bytes, and these are its last ${tail.length}`)
  const text = tail.toString('utf8')
  if (text.includes('\0')) notes.push('NUL characters')
  return { text: text.replaceAll('\0', ''), omitted: notes.join('; ') }
}

async function readRange(file: FileHandle, start: number, end: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (let at = start; at < end && !signal.aborted;) {
    const { buffer, bytesRead } = await file.read(
      Buffer.allocUnsafe(Math.min(chunkBytes, end - at)),
      0,
      Math.min(chunkBytes, end - at),
      at,
    )
    if (bytesRead === 0) break
    chunks.push(buffer.subarray(0, bytesRead))
    at += bytesRead
  }
  return Buffer.concat(chunks)
}

/** Where the first line begins that is complete and within the last `mostBytes`. */
function firstWholeLine(read: Buffer, mostBytes: number): number {
  const from = Math.max(0, read.length - mostBytes - 1)
  const end = read.indexOf(newline, from)
  return end === -1 ? read.length : end + 1
}

function endsWithLine(tail: Buffer): boolean {
  return tail.length === 0 || tail.at(-1) === newline
}

async function hasGrown(file: FileHandle, size: number): Promise<boolean> {
  return (await file.stat()).size > size
}

function lastLines(tail: Buffer, most: number): Buffer {
  let from = endsWithLine(tail) ? tail.length - 1 : tail.length
  for (let lines = 0; lines < most; lines += 1) {
    const before = from <= 0 ? -1 : tail.lastIndexOf(newline, from - 1)
    if (before === -1) return tail
    from = before
  }
  return tail.subarray(from + 1)
}
