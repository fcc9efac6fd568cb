import { createHash } from 'node:crypto'
import { codeOf } from '../../../base/errors.js'
import { openRegularFile } from '../../../base/files/regular-file.js'

/** In bytes. */
const longestContent = 64 * 1024
const longestHashed = 256 * 1024 * 1024

/** Bytes by which a format is known. */
const headLength = 8

interface FileContent {
  readonly readable: boolean
  /** In hexadecimal. */
  readonly head: string
  readonly sha256: string
  readonly text: string
}

/**
 * Opens a regular file, which shows better than its mode whether it may be read, and takes from it what is wanted.
 *
 * What is over its bound is left out as a whole: the head of a text could end in half a secret.
 */
export async function readContent(
  path: string,
  wanted: { readonly hash: boolean; readonly text: boolean },
  signal: AbortSignal,
): Promise<FileContent> {
  const opened = await openRegularFile(path, { links: 'follow' }).catch((error: unknown) => {
    if (['EACCES', 'EPERM', 'ENOENT'].includes(codeOf(error))) return undefined
    throw error
  })
  if (opened === undefined) return { readable: false, head: '', sha256: '', text: '' }
  const { handle: file, status } = opened
  try {
    const { size } = status
    const first = await file.read(Buffer.alloc(headLength), 0, headLength, 0)
    const head = first.buffer.subarray(0, first.bytesRead).toString('hex')
    const isWanted = { hash: wanted.hash && size <= longestHashed, text: wanted.text && size <= longestContent }
    if (!isWanted.hash && !isWanted.text) return { readable: true, head, sha256: '', text: '' }

    const hash = createHash('sha256')
    const chunks: Buffer[] = []
    // A stream of a file handle that is given an aborted signal raises its error once more, past everybody who could
    // catch it.
    signal.throwIfAborted()
    for await (const chunk of file.createReadStream({ autoClose: false, start: 0, end: longestHashed - 1, signal })) {
      hash.update(chunk as Buffer)
      if (isWanted.text) chunks.push(chunk as Buffer)
    }
    return {
      readable: true,
      head,
      sha256: isWanted.hash ? hash.digest('hex') : '',
      text: decoded(Buffer.concat(chunks)),
    }
  } finally {
    await file.close()
  }
}

/** Nothing, where the bytes are not text. */
function decoded(bytes: Buffer): string {
  if (bytes.length > longestContent) return ''
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return ''
  }
}
