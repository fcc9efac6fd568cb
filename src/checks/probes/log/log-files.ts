import { opendir, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { codeOf } from '../../../base/errors.js'
import { matcherOf } from '../../../base/text/name-pattern.js'
import { LogRefusal, openLog } from '../../../host/log-file.js'
import { readTail } from '../../../host/log-tail.js'
import { logProblem, type LogProblem } from './log-problem.js'

/** Files that a check reads. */
export const mostFilesRead = 100

/** Names that a folder is searched through for a pattern. */
const mostNames = 100_000

type Take = (text: string) => Promise<void>

interface ReadLogs {
  /** Paths of the files that were read, in order. */
  readonly files: readonly string[]
  /** What was not read, each in a sentence. */
  readonly unread: readonly string[]
  /** Why the first of these was not; else none. */
  readonly problem: LogProblem
  readonly truncated: boolean
}

/**
 * Reads the end of each file.
 *
 * @param paths with `*` and `?` in a last part for the regular files of that name
 * @param take is given the lines of each file
 */
export async function readLogFiles(
  paths: readonly string[],
  most: { readonly lines: number; readonly bytes: number },
  signal: AbortSignal,
  take: Take,
): Promise<ReadLogs> {
  const read: string[] = []
  const refused: LogRefusal[] = []
  let truncated = false
  const note = (error: unknown): void => {
    if (!(error instanceof LogRefusal)) throw error
    refused.push(error)
  }
  const named = await Promise.all(paths.map((path) => filesNamed(resolve(path), signal).catch(note)))
  const files = [...new Set(named.flatMap((each) => each ?? []))]
  if (files.length > mostFilesRead)
    throw new Error(`${files.length} files have such a name, and at most ${mostFilesRead} are read: narrow it down`)
  for (const path of files) {
    signal.throwIfAborted()
    try {
      const { text, fromStart } = await endOf(path, most, signal)
      signal.throwIfAborted()
      await take(text)
      read.push(path)
      truncated ||= !fromStart
    } catch (error) {
      note(error)
    }
  }
  const [first] = refused
  return {
    files: read,
    unread: refused.map(({ message }) => message),
    problem: first === undefined ? logProblem('none') : logProblem(first.code, first.message),
    truncated: truncated || refused.length > 0,
  }
}

async function endOf(path: string, most: { readonly lines: number; readonly bytes: number }, signal: AbortSignal) {
  const file = await openLog(path)
  try {
    if (await isCompressed(file)) throw new LogRefusal('compressed', `${path} is compressed, and is not unpacked`)
    return await readTail(file, most, signal)
  } finally {
    await file.close()
  }
}

/** First bytes of gzip, zstd, xz and bzip2. */
const heads = ['1f8b', '28b52ffd', 'fd377a585a00', '425a68']

async function isCompressed(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(6), 0, 6, 0)
  const head = buffer.subarray(0, bytesRead).toString('hex')
  return heads.some((each) => head.startsWith(each))
}

/** @throws LogRefusal when a pattern names none, or its folder cannot be read */
async function filesNamed(path: string, signal: AbortSignal): Promise<readonly string[]> {
  const name = basename(path)
  if (!/[*?]/.test(name)) return [path]
  const folder = dirname(path)
  const names: string[] = []
  const isMeant = matcherOf(name)
  let looked = 0
  try {
    for await (const entry of await opendir(folder)) {
      signal.throwIfAborted()
      looked += 1
      if (looked > mostNames) throw new Error(`${folder} has more than ${mostNames} entries`)
      if (!entry.isDirectory() && isMeant(entry.name)) names.push(entry.name)
    }
  } catch (error) {
    throw folderRefusal(folder, error)
  }
  if (names.length === 0) throw new LogRefusal('missing', `${folder} has no file ${name}`)
  return names.sort().map((each) => join(folder, each))
}

function folderRefusal(folder: string, error: unknown): unknown {
  const code = codeOf(error)
  if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(code))
    return new LogRefusal('missing', `${folder} is not a folder`, { cause: error })
  if (['EACCES', 'EPERM'].includes(code))
    return new LogRefusal('forbidden', `${folder} is not readable`, { cause: error })
  return error
}
