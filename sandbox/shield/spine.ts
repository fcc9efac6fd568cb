import { setTimeout as sleep } from 'node:timers/promises'
import { parseNatsAddress } from './nats-address.js'
import { connectNats, type NatsLink } from './nats-connection.js'

/** Shield's lasting connection to NATS. */
export interface Spine {
  /** @throws Error while the connection is lost */
  publish(subject: string, payload: Uint8Array): void
  /** Whether the server answers within this time. */
  isAnswering(withinMs: number): Promise<boolean>
  close(): void
}

const retryMs = 50

/**
 * Connects once, and again by itself whenever the connection is lost.
 * @throws Error when NATS cannot be reached, or refuses, at the start
 */
export async function connectSpine(url: string): Promise<Spine> {
  const address = parseNatsAddress(url)
  let link: NatsLink | undefined = await connectNats(address)
  let isClosed = false
  const isOver = (): boolean => isClosed
  const keepConnected = async (): Promise<void> => {
    while (!isOver()) {
      await link?.ended
      link = undefined
      if (isOver()) return
      await sleep(retryMs)
      link = await connectNats(address).catch(() => undefined)
      if (isOver()) link?.close()
    }
  }
  void keepConnected()
  return {
    publish(subject, payload) {
      if (link === undefined) throw new Error('the connection to NATS is lost')
      link.publish(subject, payload)
    },
    async isAnswering(withinMs) {
      const silence = new AbortController()
      const answer = link?.ping().then(() => true)
      const answered = await Promise.race([
        answer ?? false,
        sleep(withinMs, false, { signal: silence.signal }).catch(() => false),
      ])
      silence.abort()
      return answered
    },
    close() {
      isClosed = true
      link?.close()
    },
  }
}
