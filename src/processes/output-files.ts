import { mkdtempSync, openSync, closeSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '../base/errors.js'
import type { Stream } from './program-output.js'

/** Milliseconds between two looks at what has been written. */
const interval = 50
const chunkBytes = 64 * 1024

/**
 * Files that take a program's output in place of pipes. What it leaves running may go on writing to them after we are
 * gone, which would end it with SIGPIPE if they were pipes. They have no name: nothing is left in a folder, and the
 * space is free once no process has them open.
 */
export interface OutputFiles {
  readonly stdout: number
  readonly stderr: number
  /** Hands on what was written and not handed on yet, then closes the files. */
  finish(): void
}

/** There is no place to put a program's output, so it was not started. */
export class NoOutputFilesError extends Error {
  override readonly name = 'NoOutputFilesError'
}

function namelessFiles(): Readonly<Record<Stream, number>> {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'preflight-output-'))
    try {
      // A program would fail on a full disk, and could not say why.
      writeFileSync(join(folder, 'try'), Buffer.alloc(chunkBytes))
      // Appending, since the reader's place in the file is not the writers'.
      return {
        stdout: openSync(join(folder, 'stdout'), 'a+', 0o600),
        stderr: openSync(join(folder, 'stderr'), 'a+', 0o600),
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  } catch (error) {
    throw new NoOutputFilesError(`cannot create a file for its output: ${messageOf(error)}`, { cause: error })
  }
}

/** @throws NoOutputFilesError */
export function openOutputFiles(onOutput: (stream: Stream, chunk: Buffer) => void): OutputFiles {
  const files = namelessFiles()
  const read: Record<Stream, number> = { stdout: 0, stderr: 0 }
  const drain = (stream: Stream): void => {
    for (;;) {
      const chunk = Buffer.alloc(chunkBytes)
      const bytes = readSync(files[stream], chunk, 0, chunkBytes, read[stream])
      if (bytes === 0) return
      read[stream] += bytes
      onOutput(stream, chunk.subarray(0, bytes))
    }
  }
  const drainBoth = (): void => {
    drain('stdout')
    drain('stderr')
  }
  const timer = setInterval(drainBoth, interval)
  return {
    ...files,
    finish() {
      clearInterval(timer)
      drainBoth()
      closeSync(files.stdout)
      closeSync(files.stderr)
    },
  }
}
