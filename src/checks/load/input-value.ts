import { codeOf } from '../../base/errors.js'
import { readRegularFile } from '../../base/files/regular-file.js'

/** Bytes of the longest value that a file may hold. */
const longestValue = 64 * 1024

/**
 * The value of an input that is in a file of its own, without the line feed at its end.
 *
 * @returns why it cannot be read, as a clause that the file's name begins, in place of a value
 */
export async function readInputValue(file: string): Promise<{ readonly value: string } | string> {
  try {
    const bytes = await readRegularFile(file, { links: 'follow', most: longestValue })
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return { value: text.replace(/\r?\n$/, '') }
  } catch (error) {
    if (error instanceof TypeError) return 'is not UTF-8'
    const code = codeOf(error)
    return unfit[code] ?? `cannot be opened (${code || 'unknown reason'})`
  }
}

const unfit: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  'not-regular': 'is not a regular file',
  'too-large': `is larger than ${longestValue} bytes`,
}
