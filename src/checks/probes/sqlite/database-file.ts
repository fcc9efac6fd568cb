import { constants } from 'node:fs'
import { access, open } from 'node:fs/promises'
import { codeOf, messageOf } from '../../../base/errors.js'
import { misconfigured, peerWords } from '../../../net/refusal.js'
import { unwritable } from './ask-sqlite.js'

interface DatabaseFile {
  readonly size: number
  readonly journal: 'rollback' | 'wal'
  readonly ownerUid: number
}

/** The beginning of a database (sqlite.org/fileformat.html, 1.2 and 1.3). */
const magic = 'SQLite format 3\0'

/** Where it says how it is written; 2 is write-ahead logging. */
const writeVersion = 18

/**
 * Looks at a file before the program opens it, which would wait at a pipe and create what is not there.
 *
 * @throws Refusal with one of `sqliteProblems`
 */
export async function readDatabaseFile(path: string): Promise<DatabaseFile> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw misconfigured('file-not-found', `${peerWords(path)} does not exist`)
    if (code === 'ENXIO') throw misconfigured('not-a-file', `${peerWords(path)} is not a file`)
    throw misconfigured('file-unreadable', peerWords(messageOf(error)))
  })
  try {
    const state = await file.stat()
    if (!state.isFile()) throw misconfigured('not-a-file', `${peerWords(path)} is not a file`)
    const head = Buffer.alloc(100)
    await file.read(head, 0, head.length, 0)
    // An empty file is a database without tables.
    if (state.size > 0 && head.toString('latin1', 0, magic.length) !== magic)
      throw misconfigured('not-a-database', `${peerWords(path)} is not a database of SQLite, or it is encrypted`)
    return { size: state.size, journal: head[writeVersion] === 2 ? 'wal' : 'rollback', ownerUid: state.uid }
  } finally {
    await file.close()
  }
}

/**
 * Refuses a database in WAL mode that nobody has open and that belongs to another user: the program would make -wal
 * and -shm beside it, even with `-readonly`, and the service could not write to them. As root SQLite gives them to the
 * owner.
 *
 * @throws Refusal `needs-writing`
 */
export async function refuseForeignFiles(path: string, { journal, ownerUid }: DatabaseFile): Promise<void> {
  const uid = process.geteuid?.() ?? 0
  if (journal !== 'wal' || uid === 0 || uid === ownerUid) return
  const isOpen = await access(`${path}-shm`).then(
    () => true,
    () => false,
  )
  if (!isOpen) throw unwritable(`it is in WAL mode, and belongs to user ${ownerUid}`)
}
