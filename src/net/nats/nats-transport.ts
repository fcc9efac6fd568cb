import type { Duplex } from 'node:stream'
import type { ConnectionOptions, Server, Transport } from '@nats-io/transport-node'
import { TooMuchError } from '../checked-stream.js'

/** Bytes taken in after the banner: cluster updates, pongs, one message of ours, one reply of JetStream. */
const mostBytes = 1_000_000

/**
 * Looks at what came before the driver does. Throws for what is not a NATS protocol, which the driver would print on
 * stdout.
 */
export type Inspect = (bytes: Uint8Array) => void

export interface HandedStream {
  readonly stream: Duplex
  readonly isEncrypted: boolean
  /** What was read already: the banner. */
  readonly banner: Uint8Array
  readonly inspect: Inspect
  /** Why the stream ended, when it was not the peer. */
  failure: Error | undefined
  isTaken: boolean
}

/**
 * The driver's transport over a stream that is already open. It finds the stream among the connection's own options,
 * since the driver's factory of transports is one for the whole process.
 */
export class HandedTransport implements Transport {
  readonly lang = 'nats.js'
  readonly version = '3.3.1'
  closeError?: Error
  #handed: HandedStream | undefined
  #queue: Uint8Array[] = []
  #wake: () => void = () => {}
  #isDone = false
  #closed: (reason: void | Error) => void = () => {}
  readonly #closing = new Promise<void | Error>((fulfil) => (this.#closed = fulfil))

  get isClosed(): boolean {
    return this.#isDone
  }

  isEncrypted(): boolean {
    return this.#handed?.isEncrypted ?? false
  }

  connect(_server: Server, options: ConnectionOptions & { readonly handed?: HandedStream }): Promise<void> {
    const { handed } = options
    if (handed === undefined) return Promise.reject(new Error('the driver was given no stream'))
    this.#handed = handed
    handed.isTaken = true
    let received = 0
    handed.inspect(handed.banner)
    this.#queue.push(handed.banner)
    handed.stream.on('data', (chunk: Buffer) => {
      received += chunk.length
      try {
        if (received > mostBytes) throw new TooMuchError(`the peer sent more than ${mostBytes} bytes`)
        handed.inspect(chunk)
      } catch (error) {
        handed.failure ??= error instanceof Error ? error : new Error(String(error))
        handed.stream.destroy()
        return
      }
      this.#queue.push(chunk)
      this.#wake()
    })
    handed.stream.on('error', (error) => (this.closeError ??= error))
    handed.stream.once('end', () => handed.stream.destroy())
    handed.stream.once('close', () => this.#finish())
    if (handed.stream.destroyed) this.#finish()
    return Promise.resolve()
  }

  #finish(): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#wake()
    this.#closed(this.closeError)
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    for (;;) {
      for (let chunk = this.#queue.shift(); chunk !== undefined; chunk = this.#queue.shift()) yield chunk
      if (this.#isDone) return
      await new Promise<void>((fulfil) => (this.#wake = fulfil))
    }
  }

  send(frame: Uint8Array): void {
    const stream = this.#handed?.stream
    // The driver reuses its buffers.
    if (stream?.writable === true) stream.write(Buffer.from(frame))
  }

  close(reason?: Error): Promise<void> {
    if (reason !== undefined) this.closeError ??= reason
    this.discard()
    return Promise.resolve()
  }

  disconnect(): void {
    this.discard()
  }

  closed(): Promise<void | Error> {
    return this.#closing
  }

  discard(): void {
    this.#handed?.stream.destroy()
  }
}
