import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { codeOf, messageOf } from '../../../base/errors.js'
import { surrounding } from '../../../base/own-environment.js'
import { runProgram } from '../../../processes/process-group.js'

/** Bytes of an approval, a signature or a signers file. */
const largest = 65_536

export interface OwnedFile {
  readonly bytes: Buffer
  readonly uid: number
  /** Nobody but its owner can have written it. */
  readonly isOwnersOnly: boolean
}

/** A file cannot be used; the message says why, without its path. `code` is the system's, or empty. */
export class OwnedFileError extends Error {
  override readonly name = 'OwnedFileError'
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message)
  }
}

/** Reads a small regular file, once, with its owner. @throws OwnedFileError */
export async function readOwned(path: string): Promise<OwnedFile> {
  try {
    // Without O_NONBLOCK, a pipe would be waited for.
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const status = await handle.stat()
      if (!status.isFile()) throw new Error('it is no regular file')
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(largest + 1), 0, largest + 1, 0)
      if (bytesRead > largest) throw new Error('it is too large')
      return { bytes: buffer.subarray(0, bytesRead), uid: status.uid, isOwnersOnly: (status.mode & 0o022) === 0 }
    } finally {
      await handle.close()
    }
  } catch (error) {
    const code = codeOf(error)
    const reason =
      { ENOENT: 'it is not there', ELOOP: 'it is a link', EACCES: 'it may not be read' }[code] ?? messageOf(error)
    throw new OwnedFileError(reason, code)
  }
}

/** The name of a user id in the user database, or `undefined`. @throws the system's error when there is no `id` */
export async function nameOfUser(uid: number, signal: AbortSignal): Promise<string | undefined> {
  let output = ''
  const environment = { PATH: surrounding('PATH') ?? '/usr/bin:/bin', LANG: 'C' }
  const { exitCode } = await runProgram(
    { argv: ['id', '-nu', String(uid)], cwd: '/', environment },
    signal,
    (stream, chunk) => {
      if (stream === 'stdout') output += chunk.toString('utf8')
    },
  )
  const name = output.trim()
  return exitCode === 0 && name !== '' ? name : undefined
}
