import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** A peer's bytes are not a message of the protocol that it should speak. The words are ours, and quote nothing. */
export class BrokenMessageError extends Error {
  override readonly name = 'BrokenMessageError'
}

/**
 * Takes bytes as they come, and gives whole messages that hold what a driver relies on. @throws Error for bytes that do
 * not
 */
export type Framing = (chunk: Buffer) => readonly Buffer[]

/**
 * What a driver gets in place of a socket. It reads only messages that were looked at, and an error that it throws over
 * one of them ends the connection: in a socket's own event it would end the process.
 */
export class CheckedStream extends EventEmitter {
  readonly #socket: Socket

  constructor(socket: Socket, framing: Framing) {
    super()
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const message of framing(chunk)) this.emit('data', message)
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error('the driver failed on a message'))
      }
    })
    for (const event of ['end', 'close', 'error', 'drain', 'timeout'] as const)
      socket.on(event, (...values: unknown[]) => {
        if (event !== 'error' || this.listenerCount('error') > 0) this.emit(event, ...values)
      })
  }

  /** The socket is already open: a driver that connects it gets the event. */
  connect(): this {
    process.nextTick(() => this.emit('connect'))
    return this
  }

  write(...parameters: Parameters<Socket['write']>): boolean {
    return this.#socket.write(...parameters)
  }

  end(): this {
    this.#socket.end()
    return this
  }

  destroy(error?: Error): this {
    this.#socket.destroy(error)
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  /** The time limit is the attempt's own. */
  setTimeout(): this {
    return this
  }

  resume(): this {
    this.#socket.resume()
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  get writable(): boolean {
    return this.#socket.writable
  }

  get destroyed(): boolean {
    return this.#socket.destroyed
  }
}

/** A peer sent more than a probe takes in. */
export class TooMuchError extends Error {
  override readonly name = 'TooMuchError'
}

/**
 * Ends a connection that delivers more than `maximum` bytes, for any reader. Call it before a driver attaches: the
 * listener is put in front and, unlike `on('data')`, does not start the flow.
 */
export function boundBytes(stream: Duplex, maximum: number): void {
  let received = 0
  stream.prependListener('data', (chunk: Buffer) => {
    received += chunk.length
    if (received > maximum) stream.destroy(new TooMuchError(`the peer sent more than ${maximum} bytes`))
  })
}
