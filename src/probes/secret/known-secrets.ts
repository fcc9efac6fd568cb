import { addAbortSignal } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { codeOf } from '../../kernel/errors.js'
import { readableOf } from '../../kernel/pipes.js'

/** No secret is longer; what is gets skipped as a whole, so that a file without line ends is never held. In characters. */
const longestLine = 16 * 1024

/**
 * Whether a line of a file satisfies a test. The file is read in pieces and left at the first hit: lists have 100,000 lines
 * and more.
 *
 * @throws Error when the file cannot be read, since a list that was not looked at must not pass for one without a hit
 */
export async function anyLineMatches(file: string, matches: (line: string) => boolean, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const line of linesOf(file, signal)) if (matches(line)) return true
    return false
  } catch (error) {
    if (signal.aborted) throw error
    throw new Error(`the file of known secrets cannot be read (${codeOf(error) || 'unknown reason'})`, { cause: error })
  }
}

async function* linesOf(file: string, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let pending = ''
  let isTooLong = false
  for await (const chunk of addAbortSignal(signal, readableOf(file))) {
    const [first = '', ...more] = decoder.write(chunk as Buffer).split('\n')
    pending += first
    for (const next of more) {
      if (!isTooLong) yield pending
      isTooLong = false
      pending = next
    }
    if (pending.length > longestLine) {
      isTooLong = true
      pending = ''
    }
  }
  if (!isTooLong && pending !== '') yield pending
}
