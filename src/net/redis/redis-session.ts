import type { Socket } from 'node:net'
import { codeOf, messageOf, SilenceError } from '../../base/errors.js'
import type { Secret } from '../../redaction/secret-value.js'
import { boundBytes, TooMuchError } from '../bounded-socket.js'
import { BrokenMessageError, CheckedStream } from '../checked-stream.js'
import { peerWords } from '../peer-words.js'
import { redisFraming, type Asked } from './redis-messages.js'
import { redisRefusal } from './redis-replies.js'
import { Refusal } from '../refusal.js'
import { connectionClosed } from '../socket-refusal.js'
import { tlsRefusal } from '../tls-connection.js'

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
   * @throws BrokenMessageError for an answer that no server gives, after those that one gave
   */
  ask(command: string, ...args: readonly (string | Secret)[]): Promise<RedisReply>
  /**
   * Sends several commands in one packet, so that they are all carried out even if we end; gives a reply or an error
   * for each.
   */
  askTogether(
    commands: readonly (readonly [string, ...string[]])[],
  ): Promise<readonly (RedisReply | Refusal | RedisReplyError)[]>
  end(): void
}

/** An error reply of no known prefix, in the server's words. */
export class RedisReplyError extends Error {
  override readonly name = 'RedisReplyError'
}

/** Whether an error of the connection is the reason for whatever failed after it. */
function isDecisive(error: unknown): error is Error {
  return (
    error instanceof Refusal ||
    error instanceof TooMuchError ||
    error instanceof BrokenMessageError ||
    error instanceof RedisReplyError
  )
}

const plain = (value: string | Secret): string => (typeof value === 'string' ? value : value.reveal())

/**
 * Opens a session with ioredis on a connected socket. The driver sends nothing of its own (its credentials, its
 * database and
 * its ready check are left out), so that each step of a ladder is a command of ours; it neither queues nor reconnects.
 *
 * @param limit milliseconds for one command
 * @param sent credentials that must not come back in an error's words
 * @param mostBytes taken in from the server, over the whole session
 */
export async function openRedisSession(
  socket: Socket,
  limit: number,
  sent: readonly (Secret | undefined)[],
  mostBytes = fewBytes,
): Promise<RedisSession> {
  const { AbstractConnector, Redis } = await import('ioredis')
  boundBytes(socket, mostBytes)
  const asked: Asked = { count: 0 }
  const errorOf = (words: string): Error => redisRefusal(words, sent) ?? new RedisReplyError(peerWords(words, sent))
  // What follows a server's refusal of a client that asked nothing yet is of no interest: the connection ends with it.
  const checked = new CheckedStream(socket, redisFraming(asked, mostBytes, errorOf))

  class HandedConnector extends AbstractConnector {
    constructor() {
      super(0)
    }
    override connect(): Promise<Socket> {
      // The driver uses no more of it than this has.
      return Promise.resolve(checked as unknown as Socket)
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
  socket.once('error', (error) => (socketError = error))
  // Whoever asked is told: the driver would print an error that nobody listens to.
  redis.on('error', () => {})

  const explained = (error: unknown): Error => {
    const words = messageOf(error)
    if (isDecisive(socketError)) return socketError
    if (words === 'Command timed out') return new SilenceError('no answer to a command within the time limit')
    if (
      socket.destroyed ||
      words.includes('Connection is closed') ||
      words.includes('connection close') ||
      words.startsWith("Stream isn't writeable")
    )
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
      asked.count += 1
      try {
        return (await redis.call(command, ...args.map(plain))) as RedisReply
      } catch (error) {
        throw explained(error)
      }
    },
    async askTogether(commands) {
      const pipeline = redis.pipeline()
      for (const [command, ...args] of commands) pipeline.call(command, ...args)
      asked.count += commands.length
      const results = (await pipeline.exec()) ?? []
      return results.map(([error, reply]) =>
        error === null ? (reply as RedisReply) : (explained(error) as Refusal | RedisReplyError),
      )
    },
    end() {
      redis.disconnect()
      socket.destroy()
    },
  }
}
