import { codeOf, messageOf, PreflightError, UsageError } from '../errors.js'
import { UnfitFileError, withRegularFile } from './regular-file.js'

/** Bytes: a longer file is not a key. */
const most = 64 * 1024

interface KeyFileKind {
  /** How messages call it: `key file`, `signing key`. */
  readonly noun: string
  /** What would be one. */
  readonly hint: string
  /** A secret one may belong to this user only, and no one else may read or write it. */
  readonly isSecret: boolean
}

/**
 * Reads a key from a file that somebody named.
 *
 * @throws UsageError when it is not a regular file, is longer than 64 KiB, cannot be read, or is secret and not kept so
 */
export async function readKeyFile(path: string, kind: KeyFileKind): Promise<Buffer> {
  try {
    return await withRegularFile(path, { links: 'follow' }, async (file, status) => {
      if (kind.isSecret && (status.mode & 0o077) !== 0)
        throw keyRefusal(kind, path, 'is readable by other users', `chmod 600 ${path}`)
      if (kind.isSecret && process.geteuid !== undefined && process.geteuid() !== 0 && status.uid !== process.geteuid())
        throw keyRefusal(kind, path, 'belongs to another user')
      if (status.size > most) throw keyRefusal(kind, path, `is longer than ${most} bytes`)
      return file.readFile()
    })
  } catch (error) {
    if (error instanceof PreflightError) throw error
    if (error instanceof UnfitFileError) throw keyRefusal(kind, path, 'is not a regular file')
    throw keyRefusal(kind, path, codeOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read: ${messageOf(error)}`)
  }
}

export function keyRefusal(
  { noun, hint }: Pick<KeyFileKind, 'noun' | 'hint'>,
  path: string,
  what: string,
  remedy = hint,
): UsageError {
  return new UsageError(`the ${noun} ${path} ${what}`, { hint: remedy })
}
