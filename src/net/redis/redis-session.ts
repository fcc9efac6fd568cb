import type { Socket } from 'node:net'
import { codeOf, messageOf, SilenceError } from '../../base/errors.js'
import type { Secret } from '../../redaction/secret-value.js'
import { boundBytes, TooMuchError, BrokenMessageError, CheckedStream } from '../checked-stream.js'
import {
  peerWords,
  type Refusal,
  connectionClosed,
  misconfigured,
  refusedByPeer,
  refusedForNow,
  isRefusal,
} from '../refusal.js'
import { redisFraming, type Asked } from './redis-messages.js'
import { tlsRefusal } from '../tls-connection.js'

/** Bytes taken in unless more is asked for: a whole INFO is some 10 kB, and nothing else a probe asks for is longer. */
const fewBytes = 1_000_000

export type RedisReply = string | number | null | readonly RedisReply[]

/** A conversation with a server over a socket that is already open. */
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
    isRefusal(error) ||
    error instanceof TooMuchError ||
    error instanceof BrokenMessageError ||
    error instanceof RedisReplyError
  )
}

const plain = (value: string | Secret): string => (typeof value === 'string' ? value : value.reveal())

/**
 * Opens a session with ioredis on a connected socket. The driver sends nothing of its own (its credentials, its
 * database and its ready check are left out), so that each step of a ladder is a command of ours; it neither queues nor
 * reconnects.
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
  let socketError: unknown
  socket.once('error', (error) => (socketError = error))
  // Each command reports its own failure; without a listener the driver would print the error.
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

/** What a Redis or Valkey server can refuse, besides the problems of every connection. */
export const redisProblems = [
  'bad-url',
  'not-redis',
  'tls-required',
  'protected-mode',
  'max-clients',
  'auth-required',
  'wrong-password',
  'unexpected-password',
  'unknown-hello',
  'no-permission',
  'wrong-database',
  'loading',
  'stale-replica',
  'read-only',
  'misconf',
  'out-of-memory',
  'no-replicas',
  'cluster',
  'sentinel',
  'busy',
  'value-differs',
] as const

type RedisProblem = (typeof redisProblems)[number]

type Make = (code: RedisProblem, detail: string) => Refusal<RedisProblem>

/** In the order they are tried: the prefix of an error reply, the code, and whose matter it is. */
const replies: readonly (readonly [RegExp, RedisProblem, Make])[] = [
  [/^DENIED\b/, 'protected-mode', refusedByPeer],
  [/^(?:ERR|MAXCLIENTS) max number of clients/i, 'max-clients', refusedForNow],
  [/^NOAUTH\b/, 'auth-required', misconfigured],
  [/^ERR operation not permitted/i, 'auth-required', misconfigured],
  [/^WRONGPASS\b/, 'wrong-password', misconfigured],
  [/^ERR invalid password/i, 'wrong-password', misconfigured],
  [
    /^ERR (?:AUTH <password> called without any password|Client sent AUTH, but no password is set)/i,
    'unexpected-password',
    misconfigured,
  ],
  [/^NOPERM\b/, 'no-permission', misconfigured],
  [/^ERR (?:DB index is out of range|invalid DB index|SELECT is not allowed)/i, 'wrong-database', misconfigured],
  [/^LOADING\b/, 'loading', refusedForNow],
  [/^MASTERDOWN\b/, 'stale-replica', refusedForNow],
  [/^READONLY\b/, 'read-only', refusedByPeer],
  [/^MISCONF\b/, 'misconf', refusedByPeer],
  [/^OOM\b/, 'out-of-memory', refusedByPeer],
  [/^(?:NOREPLICAS|NOGOODSLAVE)\b/, 'no-replicas', refusedForNow],
  [/^(?:CLUSTERDOWN|MOVED|ASK|CROSSSLOT|TRYAGAIN)\b/, 'cluster', refusedByPeer],
  [/^BUSY\b/, 'busy', refusedForNow],
]

/**
 * Classifies an error reply by its documented prefix.
 *
 * @param sent credentials that old servers may quote back
 * @returns `undefined` for an unknown reply
 */
function redisRefusal(reply: string, sent: readonly (Secret | undefined)[]): Refusal<RedisProblem> | undefined {
  const known = replies.find(([prefix]) => prefix.test(reply))
  if (known === undefined) return undefined
  const [, code, make] = known
  return make(code, peerWords(reply, sent))
}

/** A setting, or `undefined` where CONFIG is denied, renamed or unknown, as managed servers have it. */
export async function readRedisSetting(session: RedisSession, name: string): Promise<string | undefined> {
  try {
    const reply = await session.ask('CONFIG', 'GET', name)
    const value = Array.isArray(reply) ? (reply as readonly unknown[])[1] : undefined
    return typeof value === 'string' ? value : undefined
  } catch (error) {
    if (error instanceof RedisReplyError || (isRefusal(error) && error.problem.code === 'no-permission'))
      return undefined
    throw error
  }
}

/** The fields of an INFO reply: `name:value` lines under `# Section` headings. */
export function parseRedisInfo(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1))
  }
  return fields
}

/** A whole number of an INFO reply; 0 when the field is missing or none. */
export function infoNumber(info: ReadonlyMap<string, string>, name: string): number {
  const text = info.get(name) ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}
