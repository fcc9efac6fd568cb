import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, messageOf, PreflightError, exitCodes } from '../../base/errors.js'
import { openRegularFile } from '../../base/files/regular-file.js'
import type { JournalEntry, JournalEvent } from './journal.js'
import { emptyHead, slotOf, slotOffset, type Head, hashOf, lineOf } from './journal-line.js'
import { flushFolder } from '../../base/files/state-folder.js'
import { headName, journalName, type ReadJournal } from './read-journal.js'

/** The journal could not be written: what was not announced in it is not done. Exit 74. */
class JournalWriteError extends PreflightError {
  override readonly name = 'JournalWriteError'
  constructor(cause: unknown) {
    const full = ['ENOSPC', 'EFBIG', 'EDQUOT'].includes(codeOf(cause))
    super('journal-write', exitCodes.output, `the journal could not be written: ${messageOf(cause)}`, {
      cause,
      hint: full
        ? 'free space on the disk of the state folder, then resume the run'
        : 'the run can be resumed when its folder is writable again',
    })
  }
}

/** An append-only record of a run. */
export interface Journal {
  /**
   * Writes an event. When this resolves, the event is on disk and acknowledged.
   *
   * @throws JournalWriteError when it is not; every later call throws the same
   */
  append(event: JournalEvent): Promise<JournalEntry>
  readonly head: Head
  close(): Promise<void>
}

const fresh = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
const existing = { links: 'refuse', access: 'read-write' } as const

/** Starts the journal of a run in its (new, private) folder. @throws JournalWriteError */
export async function createJournal(folder: string, now: () => Date = () => new Date()): Promise<Journal> {
  const opened: FileHandle[] = []
  try {
    const head = keep(opened, await open(join(folder, headName), fresh, 0o600))
    // Both slots, so that later writes need no more room on the disk.
    await head.write(Buffer.concat([slotOf(emptyHead), slotOf(emptyHead)]), 0, undefined, 0)
    await head.sync()
    const journal = keep(opened, await open(join(folder, journalName), fresh, 0o600))
    await journal.sync()
    await flushFolder(folder)
    return new JournalFile(journal, head, emptyHead, 0, now)
  } catch (error) {
    await closeAll(opened)
    throw new JournalWriteError(error)
  }
}

/**
 * Opens a journal that was read and found whole, to go on with it. What was never acknowledged is cut off first.
 *
 * @throws JournalWriteError
 */
export async function continueJournal(
  folder: string,
  read: ReadJournal,
  now: () => Date = () => new Date(),
): Promise<Journal> {
  if (read.problems.length > 0) throw new Error('a damaged journal is not continued')
  const opened: FileHandle[] = []
  try {
    const journal = keep(opened, (await openRegularFile(join(folder, journalName), existing)).handle)
    const head = keep(opened, (await openRegularFile(join(folder, headName), existing)).handle)
    if (read.tornBytes > 0) await journal.truncate(read.size)
    await journal.sync()
    const file = new JournalFile(journal, head, read.head, read.size, now)
    await file.acknowledge(read.head)
    return file
  } catch (error) {
    await closeAll(opened)
    throw new JournalWriteError(error)
  }
}

function keep(opened: FileHandle[], handle: FileHandle): FileHandle {
  opened.push(handle)
  return handle
}

/** Closes what was opened for a journal that did not come about; the failure that is reported is that one. */
async function closeAll(opened: readonly FileHandle[]): Promise<void> {
  await Promise.allSettled(opened.map((handle) => handle.close()))
}

class JournalFile implements Journal {
  #head: Head
  #size: number
  #failure: JournalWriteError | undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(
    readonly journal: FileHandle,
    readonly headFile: FileHandle,
    head: Head,
    size: number,
    readonly now: () => Date,
  ) {
    this.#head = head
    this.#size = size
  }

  get head(): Head {
    return this.#head
  }

  append(event: JournalEvent): Promise<JournalEntry> {
    const appended = this.#queue.then(() => this.#append(event))
    this.#queue = appended.catch(() => undefined)
    return appended
  }

  async #append(event: JournalEvent): Promise<JournalEntry> {
    if (this.#failure !== undefined) throw this.#failure
    const entry: JournalEntry = { seq: this.#head.seq + 1, at: this.now().toISOString(), event }
    const line = lineOf(entry, this.#head.hash)
    const bytes = Buffer.from(`${line}\n`, 'utf8')
    try {
      await writeWhole(this.journal, bytes, this.#size)
      await this.journal.datasync()
      await this.acknowledge({ seq: entry.seq, hash: hashOf(line) })
    } catch (error) {
      this.#failure = new JournalWriteError(error)
      // What is there of the line was never acknowledged; without it a reader has nothing to pass over.
      await this.journal.truncate(this.#size).catch(() => undefined)
      throw this.#failure
    }
    this.#size += bytes.length
    return entry
  }

  async acknowledge(head: Head): Promise<void> {
    await writeWhole(this.headFile, slotOf(head), slotOffset(head))
    await this.headFile.datasync()
    this.#head = head
  }

  async close(): Promise<void> {
    await this.#queue
    try {
      await this.journal.close()
    } finally {
      await this.headFile.close()
    }
  }
}

/** A full disk may take a part of what is written and say so only by the count. */
async function writeWhole(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    if (bytesWritten === 0) throw new Error('nothing more could be written')
    done += bytesWritten
  }
}
