import { constants, type Stats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { codeOf } from '../errors.js'
import { fewAtATime } from './open-files.js'

/** How a regular file is opened. */
interface OpeningOptions {
  /** `refuse` opens no symbolic link: the system answers ELOOP. */
  readonly links: 'follow' | 'refuse'
  /** Without it for reading alone. Nothing is created. */
  readonly access?: 'read-write'
}

/** What a path names cannot be used. `code` says why, as the code of a system error does. */
export class UnfitFileError extends Error {
  override readonly name = 'UnfitFileError'
  constructor(
    path: string,
    readonly code: 'not-regular' | 'too-large',
  ) {
    super(code === 'not-regular' ? `${path} is not a regular file` : `${path} is too large`)
  }
}

/**
 * Opens a regular file. A pipe in its place is not waited for, and a device is not read. The caller closes the handle.
 *
 * @throws UnfitFileError `not-regular`; the system's error when it cannot be opened
 */
export async function openRegularFile(
  path: string,
  { links, access }: OpeningOptions,
): Promise<{ readonly handle: FileHandle; readonly status: Stats }> {
  const flags =
    (access === 'read-write' ? constants.O_RDWR : constants.O_RDONLY) |
    (links === 'refuse' ? constants.O_NOFOLLOW : 0) |
    // Without it, `open` waits until somebody writes to the pipe.
    constants.O_NONBLOCK
  const handle = await open(path, flags).catch((error: unknown) => {
    // What the system says of a socket.
    throw codeOf(error) === 'ENXIO' ? new UnfitFileError(path, 'not-regular') : error
  })
  try {
    const status = await handle.stat()
    if (!status.isFile()) throw new UnfitFileError(path, 'not-regular')
    return { handle, status }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Opens a regular file as `openRegularFile` does, and closes it when `use` ends. @throws what `use` throws, too */
export async function withRegularFile<T>(
  path: string,
  options: OpeningOptions,
  use: (handle: FileHandle, status: Stats) => Promise<T>,
): Promise<T> {
  const { handle, status } = await openRegularFile(path, options)
  try {
    return await use(handle, status)
  } finally {
    await handle.close()
  }
}

/** A folder may hold more files than this process may open, and threads that read them are fewer. */
const read = fewAtATime(16)

/**
 * Reads a regular file of at most so many bytes; of many at once a few at a time.
 *
 * @throws UnfitFileError `not-regular`, `too-large`; the system's error when it cannot be read
 */
export async function readRegularFile(path: string, options: OpeningOptions & { most: number }): Promise<Buffer> {
  return read(() => withRegularFile(path, options, (handle, { size }) => readBounded(handle, size, path, options.most)))
}

async function readBounded(handle: FileHandle, size: number, path: string, most: number): Promise<Buffer> {
  if (size > most) throw new UnfitFileError(path, 'too-large')
  const bytes = await handle.readFile()
  // It may have grown meanwhile, or be one whose size the system does not give.
  if (bytes.length > most) throw new UnfitFileError(path, 'too-large')
  return bytes
}
