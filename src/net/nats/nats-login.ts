import { dial } from '../dial.js'
import type { NatsServerInfo } from './nats-banner.js'
import { openNatsSession, type NatsSession } from './nats-session.js'
import { prepareNatsStream } from './nats-stream.js'
import { parseNatsUrl } from './nats-url.js'
import type { DriverContext } from '../drivers/driver.js'
import type { Secret } from '../../redaction/secret-value.js'
import { natsTrust } from './nats-trust.js'

/** Where to log in, and as whom. */
export interface NatsAddress {
  readonly url: Secret
  /** A PEM file of certificates to trust instead of the system's. */
  readonly trustFile?: string | undefined
  /** Whose rules the URL is read by; without one, those that clients share. */
  readonly driver?: string | undefined
  /** What the driver takes from its process. */
  readonly surroundings?: DriverContext | undefined
  /** Where the files are that the driver's environment names. */
  readonly targetFiles?: 'here' | 'elsewhere' | undefined
}

export interface NatsLoginResult {
  readonly session: NatsSession
  readonly info: NatsServerInfo
}

/**
 * Connects to a NATS server and logs in. Whoever gets the session ends it.
 *
 * @param limit milliseconds for the login
 * @throws Refusal when the server is not there, is none, or turns the login down; SilenceError when the signal aborts
 *   first
 */
export async function logInToNats(
  { url, trustFile, driver, surroundings, targetFiles }: NatsAddress,
  limit: number,
  signal: AbortSignal,
): Promise<NatsLoginResult> {
  const target = parseNatsUrl(url, driver, surroundings)
  const trust = await natsTrust(trustFile, target, targetFiles)
  const context = { signal, reach: () => {} }
  const socket = await dial(target, context)
  try {
    const { stream, isEncrypted, banner } = await prepareNatsStream(socket, target, trust, context, () => {})
    return {
      session: await openNatsSession({ stream, isEncrypted, banner: banner.bytes }, target, limit, signal),
      info: banner.info,
    }
  } catch (error) {
    socket.destroy()
    throw error
  }
}
