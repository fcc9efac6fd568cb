import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { codeOf, messageOf } from '../../base/errors.js'
import { privateFolder } from '../../base/files/state-folder.js'
import { readRegularFile } from '../../base/files/regular-file.js'
import { replaceFile } from '../../base/files/whole-file.js'
import { parseStrictJson } from '../../base/text/bounded-json.js'
import { lockFile } from '../../processes/locks/file-lock.js'
import { mostRequests } from './peer-budget.js'

const recordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  address: z.string(),
  /** Each with the process that made it; whole milliseconds since the epoch. */
  requests: z.array(z.strictObject({ by: z.string(), from: z.int(), until: z.int() })).max(mostRequests),
})

export type RecordedRequest = z.output<typeof recordSchema>['requests'][number]

/** The record cannot be shared: its folder cannot be used, or it cannot be locked or written. */
export class UnusableRecordError extends Error {
  override readonly name = 'UnusableRecordError'
}

/** Bytes of a record that are read: one of the most requests has a fifth of it. */
const largest = 1024 * 1024

/** Milliseconds between two attempts to lock a record that another process holds, besides those of the lock itself. */
const lockPause = 20

/** The requests to one address that the processes of a state folder made, in a file that one of them has at a time. */
export class RecordFile {
  readonly #folder: string
  readonly #name: string
  readonly path: string

  constructor(
    state: string,
    private readonly address: string,
  ) {
    this.#folder = join(state, 'peers')
    this.#name = createHash('sha256').update(address).digest('hex')
    this.path = join(this.#folder, `${this.#name}.json`)
  }

  /**
   * Changes the record while no other process does.
   *
   * @param change called with the requests that are recorded, or with why they cannot be read; what it returns is
   *   recorded in their place, and nothing when that is `undefined`
   * @throws UnusableRecordError; the signal's reason when it aborts first
   */
  async update(
    signal: AbortSignal,
    change: (recorded: readonly RecordedRequest[] | Error) => readonly RecordedRequest[] | undefined,
  ): Promise<void> {
    const release = await this.#lock(signal)
    try {
      const requests = change(await this.#read())
      if (requests === undefined) return
      const text = JSON.stringify({ schemaVersion: 1, address: this.address, requests })
      await replaceFile(this.path, `${text}\n`, { what: 'record of requests', mode: 0o600 }).catch((error: unknown) => {
        throw new UnusableRecordError(messageOf(error), { cause: error })
      })
    } finally {
      await release()
    }
  }

  async #lock(signal: AbortSignal): Promise<() => Promise<void>> {
    await privateFolder(this.#folder).catch((error: unknown) => {
      throw new UnusableRecordError(messageOf(error), { cause: error })
    })
    const holder = { run: '-', runbook: '-', user: '-', pid: process.pid, host: '-', since: new Date().toISOString() }
    for (;;) {
      signal.throwIfAborted()
      const lock = await lockFile(this.#folder, this.#name, holder)
      if (lock.kind === 'held') return () => lock.release()
      if (lock.kind === 'unavailable')
        throw new UnusableRecordError(`${this.path} cannot be locked: flock(1) is needed (util-linux)`)
      await wait(lockPause, undefined, { signal })
    }
  }

  async #read(): Promise<readonly RecordedRequest[] | Error> {
    try {
      const bytes = await readRegularFile(this.path, { links: 'refuse', most: largest })
      const record = recordSchema.parse(parseStrictJson(bytes))
      return record.address === this.address ? record.requests : new Error('it is the record of another address')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return []
      return new Error(error instanceof z.ZodError ? 'it is not a record of requests' : messageOf(error))
    }
  }
}
