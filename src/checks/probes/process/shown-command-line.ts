import { commandLine } from '../../../base/text/shell-words.js'
import { createRedactor } from '../../../redaction/redact.js'

/** Bytes of a command line that is shown. */
const largest = 64 * 1024

/**
 * A command line as a shell has to be given it, without what looks like a credential, and without the value after an
 * option that names one. What of it is a known secret is masked in the result, as everywhere.
 *
 * @param bytes of /proc/PID/cmdline, without the end
 * @returns `undefined` for what cannot be searched for secrets: it is not text, or it is too long
 */
export function shownCommandLine(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8')
  if (bytes.length > largest || !Buffer.from(text, 'utf8').equals(bytes)) return undefined
  const redactor = createRedactor([])
  const words = redactor.value(text.split('\0'))
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) return undefined
  return redactor.text(commandLine(words))
}
