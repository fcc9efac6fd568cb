import { constants, createReadStream, openSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { formatLimit } from '../time/duration.js'

/*
 * Opening a pipe that no process writes to (fifo(7)) waits in a thread of its own: no time limit ends that, no signal
 * does, and the process
 * cannot exit while it lasts.
 */

/** Milliseconds that a pipe may be silent. */
const patience = 30_000

/**
 * Reads a file whole that must not be a pipe.
 *
 * @throws Error for a pipe; the system's error for a file that cannot be read
 */
export async function readUnlessPipe(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    if ((await file.stat()).isFIFO()) throw new Error(`${path} is a pipe, not a file`)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/**
 * A stream of the bytes of a file, or of a pipe such as a shell's `<(…)`. A pipe is waited for in a way that lets the
 * process end; one that is silent for too long ends the stream with an error.
 *
 * @param last position of the last byte that is read of a file
 * @throws the system's error when a pipe cannot be opened; that of a file is the stream's
 */
export function readableOf(
  path: string,
  { last = Infinity, silence = patience }: { readonly last?: number; readonly silence?: number | undefined } = {},
): Readable {
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO() !== true) return createReadStream(path, { end: last })
  const pipe = new Socket({
    fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  })
  return pipe.setTimeout(silence, () =>
    pipe.destroy(new Error(`nothing was written to this pipe for ${formatLimit(silence)}`)),
  )
}
