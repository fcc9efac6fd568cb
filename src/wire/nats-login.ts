import { dial } from './dial.js'
import type { NatsServerInfo } from './nats-banner.js'
import { openNatsSession, type NatsSession } from './nats-session.js'
import { prepareNatsStream } from './nats-stream.js'
import { parseNatsUrl } from './nats-url.js'
import type { Secret } from '../kernel/secret.js'
import { readTrustFile } from './tls.js'

export interface NatsLoginResult {
  readonly session: NatsSession
  readonly info: NatsServerInfo
}

/**
 * Connects to a NATS server and logs in. Whoever gets the session ends it.
 *
 * @param trustFile a PEM file of certificates to trust instead of the system's
 * @param limit milliseconds for the login
 * @param driver whose rules the URL is read by; without one, those that clients share
 * @throws Refusal when the server is not there, is none, or turns the login down; SilenceError when the signal aborts first
 */
export async function logInToNats(url: Secret, trustFile: string | undefined, limit: number, signal: AbortSignal, driver?: string): Promise<NatsLoginResult> {
  const target = parseNatsUrl(url, driver)
  const trust = trustFile === undefined ? undefined : await readTrustFile(trustFile)
  const context = { signal, reach: () => {} }
  const socket = await dial(target, context)
  try {
    const { stream, isEncrypted, banner } = await prepareNatsStream(socket, target, trust, context, () => {})
    return { session: await openNatsSession({ stream, isEncrypted, banner: banner.bytes }, target, limit, signal), info: banner.info }
  } catch (error) {
    socket.destroy()
    throw error
  }
}
