import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { NatsConnection } from '@nats-io/transport-node'
import { messageOf, SilenceError } from '../../base/errors.js'
import type { Secret } from '../../redaction/secret-value.js'
import { natsRefusal } from './nats-banner.js'
import { HandedTransport, type HandedStream } from './nats-transport.js'
import { misconfigured, refusedByPeer, connectionClosed } from '../refusal.js'
import { tlsRefusal } from '../tls-connection.js'
import { untilAborted } from '../../base/time/waiting.js'

interface NatsLogin {
  readonly user: string
  readonly password: Secret | undefined
  readonly token: Secret | undefined
  readonly withholdsCredentials: boolean
}

/** What publishing to a subject and listening on it has shown. */
interface RoundTrip {
  readonly canPublish: boolean
  readonly canSubscribe: boolean
  /** The server's words when it forbade one of them. */
  readonly denial: string
}

export interface NatsSession {
  readonly connection: NatsConnection
  /** What the server said in `-ERR` since the session began. */
  readonly complaints: readonly string[]
  /** The server announced that it is about to stop. */
  isLeaving(): boolean
  /**
   * Waits for something the driver does. @throws Refusal for a lost connection or a known complaint, SilenceError for
   * its time-outs
   */
  waitFor<Value>(promise: Promise<Value>): Promise<Value>
  end(): Promise<void>
}

/** Refuses what is not a NATS protocol before the driver sees it, and notes what the server complains of. */
async function inspector(complaints: string[], leaving: () => void): Promise<(bytes: Uint8Array) => void> {
  const { Kind, Parser } = await import('@nats-io/transport-node')
  const parser = new Parser({
    push(event) {
      if (typeof event === 'function') return
      const text = Buffer.from(event.data ?? []).toString('utf8')
      if (event.kind === Kind.ERR) complaints.push(text.replace(/^'|'$/g, ''))
      if (event.kind === Kind.INFO && (JSON.parse(text) as { readonly ldm?: boolean } | null)?.ldm === true) leaving()
    },
  })
  return (bytes) => {
    try {
      parser.parse(Uint8Array.from(bytes))
    } catch {
      throw misconfigured('not-nats', 'the peer does not speak the NATS protocol')
    }
  }
}

/**
 * Logs in with the NATS driver over an open stream whose banner was read. It neither reconnects nor follows the
 * cluster.
 *
 * @param limit milliseconds for the login
 * @throws Refusal when the server turns the login down
 */
export async function openNatsSession(
  given: { readonly stream: Duplex; readonly isEncrypted: boolean; readonly banner: Uint8Array },
  login: NatsLogin,
  limit: number,
  signal: AbortSignal,
): Promise<NatsSession> {
  const { NatsConnectionImpl, setTransportFactory } = await import('@nats-io/transport-node')
  const complaints: string[] = []
  let isLeaving = false
  const inspect = await inspector(complaints, () => (isLeaving = true))
  const handed: HandedStream = { ...given, inspect, failure: undefined, isTaken: false }

  const explained = (error: unknown): Error => {
    if (handed.failure !== undefined) return handed.failure
    const complaint = complaints
      .map((words) => natsRefusal(words, [login.password, login.token]))
      .find((refusal) => refusal !== undefined)
    if (complaint?.problem.code === 'authorization-violation' && login.withholdsCredentials) {
      return misconfigured(
        'credentials-not-sent',
        'the server requires authentication, but this driver never sends the credentials in its URL',
      )
    }
    if (complaint !== undefined) return complaint
    if (error instanceof Error && /TimeoutError/.test(error.name))
      return new SilenceError('no answer from NATS within the time limit')
    if (given.stream.destroyed)
      return (given.stream.errored === null ? undefined : tlsRefusal(given.stream.errored)) ?? connectionClosed()
    return error instanceof Error ? error : new Error(messageOf(error))
  }
  const waitFor = async <Value>(promise: Promise<Value>): Promise<Value> => {
    const lost = new Promise<never>((_fulfil, reject) =>
      given.stream.once('close', () => setImmediate(reject, new Error('the connection ended'))),
    )
    lost.catch(() => {})
    try {
      return await untilAborted(signal, Promise.race([promise, lost]))
    } catch (error) {
      throw explained(error)
    }
  }

  const options = {
    servers: ['handed-over:4222'],
    resolve: false,
    reconnect: false,
    timeout: limit,
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
    debug: false,
    name: 'preflight',
    ...(login.token === undefined ? {} : { token: login.token.reveal() }),
    ...(login.user === '' ? {} : { user: login.user, pass: login.password?.reveal() ?? '' }),
    handed,
  }
  const connection = await waitFor(
    (async () => {
      setTransportFactory({ factory: () => new HandedTransport() })
      return await NatsConnectionImpl.connect(options)
    })(),
  )
  if (!handed.isTaken) {
    await connection.close()
    throw new Error('the NATS driver opened a connection itself')
  }
  return {
    connection,
    complaints,
    isLeaving: () => isLeaving,
    waitFor,
    async end() {
      // Settles at once: the transport destroys the stream.
      if (!connection.isClosed()) await connection.close()
      given.stream.destroy()
    },
  }
}

const denialOf = (complaints: readonly string[], operation: 'Publish' | 'Subscription'): string =>
  complaints.find((words) => words.toLowerCase().includes(`permissions violation for ${operation.toLowerCase()}`)) ?? ''

/**
 * Listens on a subject, publishes a random, recognisable message to it and waits until it comes back: the proof of both
 * permissions, since the server forbids either only after the fact.
 *
 * @throws SilenceError when neither the message nor a denial comes
 */
export async function proveRoundTrip(session: NatsSession, subject: string): Promise<RoundTrip> {
  const { connection, complaints } = session
  const payload = `preflight-${randomBytes(18).toString('base64url')}`
  let arrived: () => void = () => {}
  const arrival = new Promise<void>((fulfil) => (arrived = fulfil))
  const subscription = connection.subscribe(subject, {
    callback: (error, message) => {
      if (error === null && message.string() === payload) arrived()
    },
  })
  // The answer to a flush comes after every complaint about what was sent before it.
  await session.waitFor(connection.flush())
  const cannotSubscribe = denialOf(complaints, 'Subscription')
  connection.publish(subject, payload)
  await session.waitFor(connection.flush())
  const cannotPublish = denialOf(complaints, 'Publish')
  if (cannotSubscribe === '' && cannotPublish === '') await session.waitFor(arrival)
  subscription.unsubscribe()
  return {
    canPublish: cannotPublish === '',
    canSubscribe: cannotSubscribe === '',
    denial: [cannotPublish, cannotSubscribe].filter(Boolean).join('; '),
  }
}

/**
 * Asks JetStream for the state of the account.
 *
 * @returns what it answers: the account's use, its limits, and how many requests it has served
 * @throws Refusal `jetstream-disabled` or `permission-denied`
 */
export async function proveJetStream(session: NatsSession, limit: number): Promise<unknown> {
  const { NoRespondersError } = await import('@nats-io/transport-node')
  try {
    const reply = await session.waitFor(session.connection.request('$JS.API.INFO', undefined, { timeout: limit }))
    const account: unknown = reply.json()
    const error = (account as { readonly error?: { readonly description?: string } } | null)?.error
    if (error !== undefined)
      throw refusedByPeer('jetstream-disabled', error.description ?? 'JetStream answers with an error')
    return account
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    if (error instanceof NoRespondersError || cause instanceof NoRespondersError)
      throw refusedByPeer('jetstream-disabled', 'JetStream does not answer')
    throw error
  }
}
