import type { FileHandle } from 'node:fs/promises'

/** What may be kept of a log: the most that may be asked for. */
export const mostLogBytes = 4 * 1024 * 1024
export const mostLogLines = 100_000

interface Tail {
  readonly text: string
  /** Nothing comes before it. */
  readonly fromStart: boolean
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
  return {
    text: text.replaceAll('\0', ''),
    fromStart: start === 0 && tail.byteOffset === read.byteOffset,
    omitted: notes.join('; '),
  }
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
export function firstWholeLine(read: Buffer, mostBytes: number): number {
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

/** The last lines of some bytes that begin with a line. */
export function lastLines(tail: Buffer, most: number): Buffer {
  let from = endsWithLine(tail) ? tail.length - 1 : tail.length
  for (let lines = 0; lines < most; lines += 1) {
    const before = from <= 0 ? -1 : tail.lastIndexOf(newline, from - 1)
    if (before === -1) return tail
    from = before
  }
  return tail.subarray(from + 1)
}
