import { randomBytes } from 'node:crypto'
import { peerWords, refusedByPeer, type Refusal, isRefusal } from '../refusal.js'
import type { RedisReply, RedisReplyError, RedisSession } from './redis-session.js'

/** What a write round trip has shown. */
interface RedisWriteProof {
  readonly canStream: boolean
  readonly canGroup: boolean
  /** Why not, in the server's words; empty when streams and groups both work. */
  readonly streamRefusal: string
}

/** Seconds after which the server drops the probe's own keys, should it not come to delete them. */
const lifetime = 60

type Outcome = RedisReply | Refusal | RedisReplyError

const isError = (outcome: Outcome | undefined): outcome is Refusal | RedisReplyError => outcome instanceof Error

/** A lost connection is not an answer to a command: it ends the climb. */
function unlessLost(outcomes: readonly Outcome[]): readonly Outcome[] {
  const lost = outcomes.find((outcome) => isRefusal(outcome) && outcome.problem.code.startsWith('connection-'))
  if (lost instanceof Error) throw lost
  return outcomes
}

/**
 * Writes, reads back and deletes a random value under a random key, then a stream with a consumer group under another.
 * Each series goes out in one packet and both keys expire, so nothing is left behind whatever becomes of us.
 *
 * @param prefix of the keys
 * @throws Refusal when the value cannot be written (`read-only`, `misconf`, …) or comes back changed
 */
export async function proveRedisWrites(session: RedisSession, prefix: string): Promise<RedisWriteProof> {
  const name = prefix + randomBytes(12).toString('hex')
  const value = randomBytes(24).toString('base64url')
  const [set, got, deleted] = unlessLost(
    await session.askTogether([
      ['SET', name, value, 'EX', String(lifetime), 'NX'],
      ['GET', name],
      ['DEL', name],
    ]),
  )
  for (const outcome of [set, got, deleted]) if (isError(outcome)) throw outcome
  if (set !== 'OK' || got !== value || deleted !== 1)
    throw refusedByPeer('value-differs', 'the value read back differs from the one that was written')

  const stream = `${name}:stream`
  const [added, expires, ranged, grouped, read, acknowledged] = unlessLost(
    await session.askTogether([
      ['XADD', stream, '*', 'probe', value],
      ['EXPIRE', stream, String(lifetime)],
      ['XRANGE', stream, '-', '+', 'COUNT', '1'],
      ['XGROUP', 'CREATE', stream, 'probe', '0'],
      ['XREADGROUP', 'GROUP', 'probe', 'probe', 'COUNT', '1', 'STREAMS', stream, '>'],
      ['XACK', stream, 'probe', '0-0'],
      ['DEL', stream],
    ]),
  )
  const streaming = [added, expires, ranged]
  const grouping = [grouped, read, acknowledged]
  const refused = [...streaming, ...grouping].find(isError)
  return {
    canStream: !streaming.some(isError) && JSON.stringify(ranged).includes(value),
    canGroup: !grouping.some(isError) && JSON.stringify(read).includes(value),
    streamRefusal: refused === undefined ? '' : peerWords(refused.message),
  }
}
