import { join } from 'node:path'
import { codeOf, messageOf } from '../../base/errors.js'
import type { JournalEntry } from './journal.js'
import {
  emptyHead,
  headOf,
  type Head,
  BrokenLineError,
  readLine,
  type ChainedEntry,
  journalBytes,
} from './journal-line.js'

export const journalName = 'journal.jsonl'
export const headName = 'journal.head'

export interface ReadJournal {
  /** Up to the first line that cannot be trusted. */
  readonly entries: readonly JournalEntry[]
  /** Of the last of these. */
  readonly head: Head
  /** Hash of every entry's line, in order. */
  readonly hashes: readonly string[]
  /** Bytes up to the end of the last entry. */
  readonly size: number
  /** Bytes after it that were never acknowledged: the end of a write that was cut off. They are passed over. */
  readonly tornBytes: number
  /** What is wrong, in words for people; nothing of the journal may be acted on then. */
  readonly problems: readonly string[]
}

/**
 * Reads a run's journal and judges whether it is complete: every line carries the hash of the one before, the numbers
 * have no gap, and the last acknowledged entry is there.
 *
 * A last line without its end is passed over only when the head file shows that it was never acknowledged, so that
 * nothing can have been done on its word.
 *
 * A run that goes on meanwhile adds to both files, so the head is read before the journal and after it: what was
 * acknowledged before must be there, and no more than one line may follow what was acknowledged after.
 *
 * @throws Error with the code ENOENT when there is none
 */
export async function readJournal(folder: string): Promise<ReadJournal> {
  const before = await readHead(join(folder, headName))
  const bytes = await journalBytes(join(folder, journalName))
  const after = await readHead(join(folder, headName))
  if (typeof bytes === 'string')
    return { entries: [], hashes: [], head: emptyHead, size: 0, tornBytes: 0, problems: [bytes] }
  const problems: string[] = []
  const { chain, size, broken } = readChain(bytes)
  const head = chain.at(-1) === undefined ? emptyHead : { seq: chain.at(-1)!.entry.seq, hash: chain.at(-1)!.hash }
  const rest = bytes.length - size
  if (broken !== undefined) problems.push(broken)
  else problems.push(...headProblems(chain, rest, before, after))
  return {
    entries: chain.map(({ entry }) => entry),
    hashes: chain.map(({ hash }) => hash),
    head,
    size,
    tornBytes: problems.length === 0 ? rest : 0,
    problems,
  }
}

/** The entries of all whole lines, up to one that is broken. */
function readChain(bytes: Buffer): { chain: ChainedEntry[]; size: number; broken: string | undefined } {
  const chain: ChainedEntry[] = []
  let before = emptyHead
  let at = 0
  for (let end = bytes.indexOf(10, at); end !== -1; end = bytes.indexOf(10, at)) {
    try {
      const next = readLine(bytes.subarray(at, end), before)
      chain.push(next)
      before = { seq: next.entry.seq, hash: next.hash }
    } catch (error) {
      if (!(error instanceof BrokenLineError)) throw error
      return { chain, size: at, broken: `line ${chain.length + 1}: ${messageOf(error)}` }
    }
    at = end + 1
  }
  return { chain, size: at, broken: undefined }
}

/** The head file as it was read: the last acknowledged entry, what is wrong with the file, or `undefined`. */
type AcknowledgedHead = Head | string | undefined

function headProblems(
  chain: readonly ChainedEntry[],
  rest: number,
  before: AcknowledgedHead,
  after: AcknowledgedHead,
): readonly string[] {
  if (typeof before !== 'object') return [unreadableHead(before)]
  if (typeof after !== 'object') return [unreadableHead(after)]
  const missing = missingEntries(chain, rest, before)
  return missing.length > 0 ? missing : unacknowledgedEntries(chain, rest, after)
}

function unreadableHead(problem: string | undefined): string {
  return `${problem ?? `${headName} is missing or damaged`}: unknown whether the end of the journal is complete`
}

function missingEntries(chain: readonly ChainedEntry[], rest: number, { seq, hash }: Head): readonly string[] {
  if (seq > chain.length) {
    const what = rest > 0 ? `line ${chain.length + 1} was acknowledged but is cut off` : `the end is missing`
    return [`${what}: ${seq} entries were acknowledged, but only ${chain.length} exist`]
  }
  return seq > 0 && chain[seq - 1]!.hash !== hash ? [`entry ${seq} is not the one that was acknowledged`] : []
}

function unacknowledgedEntries(chain: readonly ChainedEntry[], rest: number, { seq }: Head): readonly string[] {
  // One line may be whole on disk before it is acknowledged; more than that no write of ours leaves behind.
  if (chain.length - seq > 1 || (chain.length > seq && rest > 0))
    return [
      `${chain.length - seq} entries and ${rest} bytes follow the last acknowledged entry: the head was set back, or another program wrote to the journal`,
    ]
  return []
}

async function readHead(path: string): Promise<AcknowledgedHead> {
  try {
    const bytes = await journalBytes(path)
    return typeof bytes === 'string' ? bytes : headOf(bytes)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
