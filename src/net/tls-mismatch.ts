import { SilenceError } from '../base/errors.js'
import { signalWithin } from '../base/time/deadline.js'
import { dial, type DialledEndpoint } from './dial.js'
import { untilAborted } from '../base/time/waiting.js'
import { connectionClosed, isRefusal } from './refusal.js'
import { secure } from './tls-connection.js'

const unnoted = (): void => {}

/**
 * Whether a peer that hung up on a plain greeting speaks TLS: the evidence for "TLS is demanded" where the protocol has
 * no words for it. Opens a connection of its own, sends no credentials, verifies nothing.
 *
 * @throws SilenceError when the signal aborts first
 */
export async function answersInTls(endpoint: DialledEndpoint, signal: AbortSignal): Promise<boolean> {
  const context = { signal, reach: unnoted }
  try {
    const socket = await dial(endpoint, context)
    try {
      await secure(socket, { serverName: '', verify: 'none' }, context)
      return true
    } finally {
      socket.destroy()
    }
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}

/**
 * What a peer that fell silent during a TLS handshake answers to a plain greeting: the evidence for "it does not speak
 * TLS". Opens a connection of its own.
 *
 * @returns the first bytes, or nothing when it hangs up or refuses
 * @throws SilenceError when the signal aborts first
 */
export async function answerInPlain(
  endpoint: DialledEndpoint,
  greeting: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const socket = await dial(endpoint, { signal, reach: unnoted })
    try {
      socket.write(greeting)
      const answer = new Promise<string>((fulfil, reject) => {
        socket.once('data', (chunk) => fulfil(chunk.toString('latin1')))
        socket.once('close', () => reject(connectionClosed()))
      })
      return await untilAborted(signal, answer)
    } finally {
      socket.destroy()
    }
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}

/**
 * Runs something under a part of the time that is left, so that its silence can still be looked into.
 *
 * @param milliseconds of that part
 * @returns what it gave, or `undefined` when only that part ran out
 */
export async function withinPart<Value>(
  signal: AbortSignal,
  milliseconds: number,
  run: (part: AbortSignal) => Promise<Value>,
): Promise<Value | undefined> {
  const part = signalWithin(signal, milliseconds)
  try {
    return await run(part.signal)
  } catch (error) {
    if (error instanceof SilenceError && !signal.aborted && part.signal.aborted) return undefined
    throw error
  } finally {
    part.dispose()
  }
}
