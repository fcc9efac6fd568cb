import { OutputError, messageOf } from '../base/errors.js'

/**
 * Writes a report to standard output and waits until it is handed over.
 *
 * @throws OutputError (exit 74) when the pipe is closed or the disk is full: a report nobody could read is no success
 */
export async function writeReport(
  text: string | Uint8Array,
  stream: NodeJS.WritableStream = process.stdout,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(new OutputError(`the report could not be written: ${messageOf(error)}`, { cause: error }))
    stream.once('error', fail)
    stream.write(text, (error) => {
      if (error !== null && error !== undefined) {
        fail(error)
        return
      }
      stream.removeListener('error', fail)
      resolve()
    })
  })
}
