import { fstatSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { messageOf, OutputError, UsageError } from '../base/errors.js'
import { readableOf } from '../base/files/pipes.js'
import { settledWithin } from '../base/time/waiting.js'
import type { SecretsInText, Redactor } from '../redaction/redact.js'
import { readGround, type GroundOptions } from './ground.js'
import { readConfiguration } from './settings.js'
import { refuseUnreadableFile } from '../base/files/readable-file.js'

interface RedactionOptions extends GroundOptions {
  /** The file to read; none, or `-`, is standard input. */
  readonly file: string | undefined
  readonly standardInput: Readable & { readonly isTTY?: boolean }
}

/** A text that is about to be redacted, and what knows its secrets. */
interface Redaction {
  readonly redactor: Redactor
  /** How the input is called in messages. */
  readonly source: string
  open(): Readable
}

/**
 * Finds out what is secret, as a run would, before anything of the input is read.
 *
 * @throws UsageError when the input is a terminal or a file that cannot be read; what reading definitions and
 *   environments throws
 */
export async function prepareRedaction(options: RedactionOptions): Promise<Redaction> {
  const file = options.file === '-' ? undefined : options.file
  if (file === undefined && options.standardInput.isTTY === true) {
    throw new UsageError('nothing to read: standard input is a terminal', {
      hint: 'name a file, or pipe text in: `journalctl -u bus | preflight redact --env-file .env.production`',
    })
  }
  // Node takes a folder there for an empty input, which would read as nothing to mask.
  if (file === undefined && fstatSync(0).isDirectory()) throw new UsageError('standard input is a folder')
  if (file !== undefined) await refuseUnreadableFile(file, file)
  const { redactor } = await readGround(
    options,
    await readConfiguration(options),
    () => 'the secrets of an environment are what is masked',
  )
  return {
    redactor,
    source: file ?? 'standard input',
    open: () => (file === undefined ? options.standardInput : readableOf(file)),
  }
}

/**
 * Passes the input on, redacted, a piece at a time; memory is bounded and a slow reader slows it down. Returns early
 * when interrupted: the rest, and what was held back, is not passed.
 *
 * @param write resolves when a piece is handed over; what it rejects with ends the copy
 * @throws OutputError when the input cannot be read to its end, or what `write` rejects with
 */
export async function copyRedacted(
  { redactor, source, open }: Redaction,
  write: (text: Buffer) => Promise<void>,
  interruption: AbortSignal,
): Promise<void> {
  await consumed(source, interruption, (signal) =>
    pipeline(
      open(),
      redactor.stream(),
      async (pieces: AsyncIterable<Buffer>) => {
        for await (const piece of pieces) await write(piece)
      },
      { signal },
    ),
  )
}

/**
 * Reads the input to its end and says what would be masked in it; `undefined` when interrupted.
 *
 * @throws OutputError when the input cannot be read to its end
 */
export async function findSecrets(
  { redactor, source, open }: Redaction,
  interruption: AbortSignal,
): Promise<SecretsInText | undefined> {
  const inspection = redactor.inspection()
  await consumed(source, interruption, (signal) =>
    pipeline(
      open(),
      async (pieces: AsyncIterable<Buffer>) => {
        for await (const piece of pieces) inspection.push(piece)
      },
      { signal },
    ),
  )
  return interruption.aborted ? undefined : inspection.end()
}

/** Waits for a pipeline, but not beyond an interruption: a write to a reader that stopped reading may never settle. */
async function consumed(
  source: string,
  interruption: AbortSignal,
  consume: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  try {
    await settledWithin(consume(interruption), { signal: interruption })
  } catch (thrown) {
    if (interruption.aborted) return
    if (thrown instanceof OutputError) throw thrown
    throw new OutputError(`${source} could not be read completely: ${messageOf(thrown)}`, {
      cause: thrown,
      hint: 'the printed output is incomplete',
    })
  }
}
