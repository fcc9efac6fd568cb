import type { Duplex } from 'node:stream'

/** A peer sent more than a probe takes in. */
export class TooMuchError extends Error {
  override readonly name = 'TooMuchError'
}

/**
 * Ends a connection that delivers more than `maximum` bytes, whoever reads it. Call it before a driver attaches: the
 * listener is put in front and, unlike `on('data')`, does not start the flow.
 */
export function boundBytes(stream: Duplex, maximum: number): void {
  let received = 0
  stream.prependListener('data', (chunk: Buffer) => {
    received += chunk.length
    if (received > maximum) stream.destroy(new TooMuchError(`the peer sent more than ${maximum} bytes`))
  })
}
