import type { Socket } from 'node:net'
import type { RawData, WebSocket } from 'ws'
import { codeOf, messageOf, SilenceError } from '../../base/errors.js'
import { settledWithin } from '../../base/time/waiting.js'
import { peerWords, refusedByPeer, refusedForNow, type Refusal, endOf } from '../refusal.js'

/** The problem codes of frames. */
export const frameProblems = ['closed-by-peer', 'protocol-error'] as const

/** A message of the peer. */
export interface WebSocketFrame {
  readonly binary: boolean
  readonly bytes: Buffer
}

/** Frames kept unread before the peer is made to wait. */
const mostUnread = 64

/** Milliseconds a peer is given to say goodbye. */
const farewell = 250

/** The close code for a connection that went without one (RFC 6455 §7.1.5). */
const noCloseFrame = 1006

/** Close codes that say "come back later": going away, restart, try again later. */
const transientCloses = new Set([1001, 1012, 1013])

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}

/**
 * An upgraded connection: frames in the order they came, waited for with a limit, and a bounded number of them unread.
 */
export class WebSocketSession {
  /** 0 while the connection is open. */
  closedCode = 0
  closedReason = ''
  readonly #unread: WebSocketFrame[] = []
  #failure: Refusal | undefined
  #wake: () => void = () => {}

  constructor(
    private readonly driver: WebSocket,
    private readonly socket: Socket,
    private readonly signal: AbortSignal,
  ) {
    driver.on('message', (data, binary) => this.#receive({ binary, bytes: bytesOf(data) }))
    driver.on('error', (error) => this.#fail(error))
    driver.once('close', (code, reason) => this.#end(code, reason))
    signal.addEventListener('abort', () => this.#wake(), { once: true })
  }

  #receive(frame: WebSocketFrame): void {
    this.#unread.push(frame)
    if (this.#unread.length >= mostUnread) this.driver.pause()
    this.#wake()
  }

  #fail(error: Error): void {
    const code = codeOf(error)
    if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
      this.#failure = refusedByPeer('too-large', 'a frame is longer than max-bytes')
    else if (code.startsWith('WS_ERR_')) this.#failure = refusedByPeer('protocol-error', peerWords(messageOf(error)))
  }

  #end(code: number, reason: Buffer): void {
    this.closedCode = code
    this.closedReason = peerWords(reason.toString('utf8'))
    if (code === noCloseFrame) this.#failure ??= endOf(this.socket)
    const words = `the peer closed the connection with code ${code}${this.closedReason === '' ? '' : `: ${this.closedReason}`}`
    this.#failure ??= transientCloses.has(code)
      ? refusedForNow('closed-by-peer', words)
      : refusedByPeer('closed-by-peer', words)
    this.#wake()
  }

  /** What ended the connection, `undefined` while it is open. */
  get ended(): Refusal | undefined {
    return this.#failure
  }

  /** Sends a message. @throws Refusal when the connection has ended */
  async send(data: string | Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    // A failed write shows as the end of the connection, for the next reader.
    await new Promise<void>((fulfil) => this.driver.send(data, { binary: typeof data !== 'string' }, () => fulfil()))
  }

  /**
   * The next message; what came before it was read already.
   *
   * @param limit milliseconds
   * @returns `undefined` when none came within the limit
   * @throws Refusal when the connection has ended
   * @throws SilenceError when the signal aborts
   */
  async next(limit: number): Promise<WebSocketFrame | undefined> {
    const deadline = performance.now() + limit
    for (;;) {
      if (this.signal.aborted) throw new SilenceError('no answer within the time limit')
      const frame = this.#unread.shift()
      if (frame !== undefined) {
        if (this.driver.isPaused && this.#unread.length === 0) this.driver.resume()
        return frame
      }
      if (this.#failure !== undefined) throw this.#failure
      const left = deadline - performance.now()
      if (left <= 0) return undefined
      await this.#change(left)
    }
  }

  async #change(limit: number): Promise<void> {
    const woken = new Promise<void>((fulfil) => (this.#wake = fulfil))
    await settledWithin(woken, { milliseconds: limit })
  }

  /**
   * Whether the peer still answers: a ping must be answered with a pong (RFC 6455 §5.5.2), whatever the peer thinks of
   * our messages.
   *
   * @param limit milliseconds
   */
  async answers(limit: number): Promise<boolean> {
    if (this.#failure !== undefined || this.signal.aborted) return false
    const answered = new Promise<boolean>((fulfil) => {
      this.driver.once('pong', () => fulfil(true))
      this.driver.once('close', () => fulfil(false))
    })
    this.driver.ping(undefined, undefined, () => {})
    return (await settledWithin(answered, { milliseconds: limit, signal: this.signal })) ?? false
  }

  /** Says goodbye and releases the connection, with or without the peer's goodbye. */
  async close(): Promise<void> {
    this.driver.resume()
    if (this.#failure === undefined && !this.signal.aborted) {
      this.driver.close(1000)
      const closed = new Promise<void>((fulfil) => this.driver.once('close', () => fulfil()))
      await settledWithin(closed, { milliseconds: farewell, signal: this.signal })
    }
    this.driver.terminate()
    this.socket.destroy()
  }
}
