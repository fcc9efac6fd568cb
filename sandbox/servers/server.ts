import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../process/free-port.js'
import type { OwnedProcess } from '../process/owned-process.js'

/** A real server of the sandbox. `restart` keeps the port and the data; its options replace those of the last start. */
export interface Server<Options> {
  readonly host: string
  readonly port: number
  readonly folder: string
  /** With the credentials the deployment uses. */
  readonly url: string
  isRunning(): boolean
  /** Ends the whole process tree. Harmless when it is not running. */
  stop(): Promise<void>
  /** Ends it if it runs, then starts it and waits until it is ready. Without options as at the very first start. */
  restart(options?: Options): Promise<void>
  /** SIGSTOP to the whole process tree: connections stay open, there is no answer. */
  pause(): Promise<void>
  resume(): void
  /** What it has logged since its last start. */
  log(): string
}

/** The server ended, or stayed silent, before it was ready. The message has the tail of its log. */
class ServerStartError extends Error {
  readonly code = 'SANDBOX_SERVER_START'

  constructor(name: string, reason: string, log: string) {
    super(`${name} ${reason}: ${log.trim().slice(-1500)}`)
    this.name = 'ServerStartError'
  }
}

/**
 * Waits until the log matches.
 * @throws ServerStartError when the process ends first, or after `withinMs`
 */
export async function waitForLog(name: string, process: OwnedProcess, ready: RegExp, withinMs = 30_000): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!ready.test(process.output())) {
    if (!process.isRunning()) throw new ServerStartError(name, 'ended before it was ready', process.output())
    if (Date.now() > deadline) {
      await process.stop('SIGKILL')
      throw new ServerStartError(name, 'was not ready in time', process.output())
    }
    await sleep(10)
  }
}

/** Starts on a free port, and on another one when somebody took it between our look and the server's bind. */
export async function onFreePort<Result>(start: (port: number) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort())
    } catch (error) {
      const isTaken = error instanceof ServerStartError && /address already in use/i.test(error.message)
      if (!isTaken || attempt === 5) throw error
    }
  }
}
