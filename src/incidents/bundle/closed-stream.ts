import type { Readable } from 'node:stream'

/** Ends a stream and waits until what it read from is no longer in use, whatever it failed with. */
export async function closedStream(stream: Readable): Promise<void> {
  stream.on('error', () => undefined)
  stream.destroy()
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve))
}
