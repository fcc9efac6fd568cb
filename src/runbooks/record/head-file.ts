import { hashOf, noLine } from './journal-line.js'

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

/** A head as the fixed bytes of its slot: text, for whoever looks, with a checksum. */
export function slotOf(head: Head): Buffer {
  const text = `${head.seq} ${head.hash} `
  return Buffer.from(`${text}${hashOf(text).slice(0, 16)}`.padEnd(slotSize - 1) + '\n', 'latin1')
}

/** The newer of the two slots that are whole; `undefined` when neither is. */
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
