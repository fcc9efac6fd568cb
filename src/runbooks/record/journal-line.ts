import { createHash } from 'node:crypto'
import { z } from 'zod'
import { parseBoundedJson } from '../../base/text/bounded-json.js'
import { journalEventSchema, type JournalEntry } from './journal.js'

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
 * @throws BrokenLineError for what is no entry, is out of sequence, or does not carry the hash of the line before
 */
export function readLine(bytes: Uint8Array, before: { readonly seq: number; readonly hash: string }): ChainedEntry {
  const parsed = lineSchema.safeParse(jsonOf(bytes))
  if (!parsed.success) throw new BrokenLineError('it is no entry of a journal')
  const { seq, at, prev, event } = parsed.data
  if (seq !== before.seq + 1) throw new BrokenLineError(`it is numbered ${seq} where ${before.seq + 1} belongs`)
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
