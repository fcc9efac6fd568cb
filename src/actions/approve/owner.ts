import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { surrounding } from '../../kernel/surroundings.js'
import { codeOf, messageOf } from '../../kernel/errors.js'
import { runProgram } from '../../process/process-group.js'

/** Bytes of an approval, a signature or a signers file. */
const largest = 65_536

export interface OwnedFile {
  readonly bytes: Buffer
  readonly uid: number
  /** Nobody but its owner can have written it. */
  readonly isOwnersOnly: boolean
}

/** Reads a small regular file, once, with its owner. @throws Error saying why it cannot be read */
export async function readOwned(path: string): Promise<OwnedFile> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const status = await handle.stat()
      if (!status.isFile()) throw new Error('it is no regular file')
      if (status.size > largest) throw new Error('it is too large')
      return { bytes: await handle.readFile(), uid: status.uid, isOwnersOnly: (status.mode & 0o022) === 0 }
    } finally {
      await handle.close()
    }
  } catch (error) {
    const reason = { ENOENT: 'it is not there', ELOOP: 'it is a link', EACCES: 'it may not be read' }[codeOf(error)] ?? messageOf(error)
    throw new Error(`${path} cannot be used: ${reason}`, { cause: error })
  }
}

/** The name of a user id in the user database, or `undefined`. */
export async function nameOfUser(uid: number, signal: AbortSignal): Promise<string | undefined> {
  let output = ''
  const environment = { PATH: surrounding('PATH') ?? '/usr/bin:/bin', LANG: 'C' }
  const { exitCode } = await runProgram({ argv: ['id', '-nu', String(uid)], cwd: '/', environment }, signal, (stream, chunk) => {
    if (stream === 'stdout') output += chunk.toString('utf8')
  })
  return exitCode === 0 ? output.trim() : undefined
}
