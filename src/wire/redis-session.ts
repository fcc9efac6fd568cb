import type { Socket } from 'node:net'
import { codeOf, messageOf, SilenceError } from '../kernel/errors.js'
import type { Secret } from '../kernel/secret.js'
import { boundBytes, TooMuchError } from './bounded-socket.js'
import { peerWords } from './peer-words.js'
import { redisRefusal } from './redis-replies.js'
import { misconfigured, type Refusal } from './refusal.js'
import { connectionClosed } from './socket-refusal.js'
import { tlsRefusal } from './tls.js'

/** Bytes taken in unless more is asked for: a whole INFO is some 10 kB, and nothing else a probe asks for is longer. */
const fewBytes = 1_000_000

export type RedisReply = string | number | null | readonly RedisReply[]

/** A conversation with a server over a socket that stands already. */
export interface RedisSession {
  /**
   * Sends one command and gives its reply.
   *
   * @throws Refusal for an error reply that is known, for a lost connection, and for a peer that speaks something else
   * @throws RedisReplyError for an error reply that is not
   */
  ask(command: string, ...args: readonly (string | Secret)[]): Promise<RedisReply>
  /** Sends several commands in one packet, so that they are all carried out even if we end; gives a reply or an error for each. */
  askTogether(commands: readonly (readonly [string, ...string[]])[]): Promise<readonly (RedisReply | Refusal | RedisReplyError)[]>
  end(): void
}

/** An error reply of no known prefix, in the server's words. */
export class RedisReplyError extends Error {
  override readonly name = 'RedisReplyError'
}

const plain = (value: string | Secret): string => (typeof value === 'string' ? value : value.reveal())

/**
 * Opens a session with ioredis on a connected socket. The driver sends nothing of its own (its credentials, its database and
 * its ready check are left out), so that each step of a ladder is a command of ours; it neither queues nor reconnects.
 *
 * @param limit milliseconds for one command
 * @param sent credentials that must not come back in an error's words
 * @param mostBytes taken in from the server, over the whole session
 */
export async function openRedisSession(socket: Socket, limit: number, sent: readonly (Secret | undefined)[], mostBytes = fewBytes): Promise<RedisSession> {
  const { AbstractConnector, Redis } = await import('ioredis')
  boundBytes(socket, mostBytes)

  class HandedConnector extends AbstractConnector {
    constructor() {
      super(0)
    }
    override connect(): Promise<Socket> {
      return Promise.resolve(socket)
    }
    override disconnect(): void {
      socket.destroy()
    }
  }

  const redis = new Redis({
    Connector: HandedConnector,
    protocol: 2,
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    disableClientInfo: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    commandTimeout: limit,
  })
  let socketError: Error | undefined
  let unasked: string | undefined
  socket.once('error', (error) => (socketError = error))
  // A server that turns a client away says so before it is asked; the driver then has no command to give the words to.
  redis.on('error', (error: Error) => (unasked ??= /Last error: (.*)$/s.exec(error.message)?.[1]))

  const explained = (error: unknown): Error => {
    const words = messageOf(error)
    if (socketError instanceof TooMuchError) return socketError
    if (unasked !== undefined) return redisRefusal(unasked, sent) ?? new RedisReplyError(peerWords(unasked, sent))
    // 21 is TLS's alert record: the server answers a plain greeting in TLS.
    if (words.startsWith('Unknown RESP type 21 ')) return misconfigured('tls-required', 'the server answers in TLS')
    if (words.startsWith('Unknown RESP type')) return misconfigured('not-redis', 'the peer does not speak the Redis protocol')
    if (words === 'Command timed out') return new SilenceError('no answer to a command within the time limit')
    if (socket.destroyed || words.includes('Connection is closed') || words.includes('connection close') || words.startsWith("Stream isn't writeable"))
      return (socketError === undefined ? undefined : tlsRefusal(socketError)) ?? connectionClosed()
    return redisRefusal(words, sent) ?? new RedisReplyError(peerWords(`${codeOf(error)} ${words}`, sent))
  }

  try {
    await redis.connect()
  } catch (error) {
    throw explained(error)
  }
  return {
    async ask(command, ...args) {
      try {
        return (await redis.call(command, ...args.map(plain))) as RedisReply
      } catch (error) {
        throw explained(error)
      }
    },
    async askTogether(commands) {
      const pipeline = redis.pipeline()
      for (const [command, ...args] of commands) pipeline.call(command, ...args)
      const results = (await pipeline.exec()) ?? []
      return results.map(([error, reply]) => (error === null ? (reply as RedisReply) : (explained(error) as Refusal | RedisReplyError)))
    },
    end() {
      redis.disconnect()
      socket.destroy()
    },
  }
}
