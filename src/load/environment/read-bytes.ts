import { codeOf, messageOf, UsageError } from '../../kernel/errors.js'
import { readableOf } from '../../kernel/pipes.js'

/** Far above what any process can be started with, and above any manifest; a greater file is something else. In bytes. */
export const largestSource = 4 * 1024 * 1024

/** How a file is called where it cannot be read, and what should have been named instead. */
export interface SourceWording {
  readonly what: string
  readonly hint: string
}

/**
 * Reads a file that variables come from, or a pipe such as a shell's `<(…)`.
 *
 * @param silence milliseconds that a pipe may be silent
 * @throws UsageError when there is no readable file of that name, it is over 4 MiB, or it is a pipe that nothing is written to
 */
export async function readSourceBytes(path: string, { what, hint }: SourceWording, silence?: number): Promise<Buffer> {
  if (path.includes('\0')) throw new UsageError('the name of a file holds a NUL character')
  try {
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of readableOf(path, { last: largestSource, silence }) as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > largestSource) throw new UsageError(`${what} ${path} is over 4 MiB`, { hint })
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${what} ${path} ${failures[codeOf(error)] ?? `cannot be read: ${messageOf(error)}`}`, { hint, cause: error })
  }
}

const failures: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a directory',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
}
