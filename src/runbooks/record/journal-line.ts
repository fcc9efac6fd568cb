import { createHash } from 'node:crypto'
import { z } from 'zod'
import { parseBoundedJson } from '../../base/text/bounded-json.js'
import { journalEventSchema, type JournalEntry } from './journal.js'
import { basename } from 'node:path'
import { codeOf } from '../../base/errors.js'
import { readRegularFile } from '../../base/files/regular-file.js'

/** What stands for the hash of the line before the first. */
export const noLine = '0'.repeat(64)

/** An entry and the hash of its line: what the next line carries. */
export interface ChainedEntry {
  readonly entry: JournalEntry
  /** sha256 (hex) of the line's bytes without its end. */
  readonly hash: string
}

const lineSchema = z.strictObject({
  seq: z.int().min(1),
  at: z.iso.datetime(),
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  event: journalEventSchema,
})

/** The line of an entry, without its end. */
export function lineOf({ seq, at, event }: JournalEntry, previousHash: string): string {
  return JSON.stringify({ seq, at, prev: previousHash, event })
}

export function hashOf(line: string | Uint8Array): string {
  return createHash('sha256').update(line).digest('hex')
}

/** Why a line cannot be the one that belongs there. */
export class BrokenLineError extends Error {
  override readonly name = 'BrokenLineError'
}

/**
 * Reads a line as the one after another.
 *
 * @throws BrokenLineError for what is not an entry, is out of sequence, or does not carry the hash of the line before
 */
export function readLine(bytes: Uint8Array, before: { readonly seq: number; readonly hash: string }): ChainedEntry {
  const parsed = lineSchema.safeParse(jsonOf(bytes))
  if (!parsed.success) throw new BrokenLineError('it is not an entry of a journal')
  const { seq, at, prev, event } = parsed.data
  if (seq !== before.seq + 1) throw new BrokenLineError(`expected number ${before.seq + 1}, found ${seq}`)
  if (prev !== before.hash)
    throw new BrokenLineError('it does not follow the line before it: one of the two was changed')
  return { entry: { seq, at, event }, hash: hashOf(bytes) }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return parseBoundedJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** The last entry that was acknowledged: nothing is done in the world before its line and this are on disk. */
export interface Head {
  readonly seq: number
  readonly hash: string
}

export const emptyHead: Head = { seq: 0, hash: noLine }

/** Bytes of a slot; two of them make the file, so that a write that was cut off leaves the one before. */
export const slotSize = 128

/** Where the head of a sequence number is written. */
export function slotOffset({ seq }: Head): number {
  return (seq % 2) * slotSize
}

/** A head as the fixed bytes of its slot: readable text with a checksum. */
export function slotOf(head: Head): Buffer {
  const text = `${head.seq} ${head.hash} `
  return Buffer.from(`${text}${hashOf(text).slice(0, 16)}`.padEnd(slotSize - 1) + '\n', 'latin1')
}

/** The newer of the two slots that are complete; `undefined` when neither is. */
export function headOf(bytes: Buffer): Head | undefined {
  const heads = [bytes.subarray(0, slotSize), bytes.subarray(slotSize, 2 * slotSize)].flatMap(
    (slot) => readSlot(slot) ?? [],
  )
  return heads.sort((a, b) => b.seq - a.seq)[0]
}

function readSlot(slot: Buffer): Head | undefined {
  const match = /^((\d{1,15}) ([0-9a-f]{64}) )([0-9a-f]{16}) *\n$/.exec(slot.toString('latin1'))
  if (match === null || hashOf(match[1]!).slice(0, 16) !== match[4]) return undefined
  return { seq: Number(match[2]), hash: match[3]! }
}

/** Bytes of a journal that are read: far above that of any real run. */
const largest = 512 * 1024 * 1024

/**
 * Reads a file of a run's folder. It follows no link, and a pipe in the file's place does not hold it up.
 *
 * @returns its bytes, or what is wrong with it, in words for people
 * @throws Error with the code ENOENT when it is not there
 */
export async function journalBytes(path: string): Promise<Buffer | string> {
  const name = basename(path)
  try {
    return await readRegularFile(path, { links: 'refuse', most: largest })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw error
    return `${name} ${refusals[codeOf(error)] ?? `cannot be read (${codeOf(error) || 'unknown reason'})`}`
  }
}

const refusals: Readonly<Record<string, string>> = {
  ELOOP: 'is a symbolic link',
  'not-regular': 'is not a regular file',
  'too-large': 'is larger than the maximum size of a journal',
}
