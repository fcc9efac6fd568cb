import { messageOf } from '../../../base/errors.js'
import { NotPerformedError } from '../../definition/step-kind.js'
import { peerWords, isRefusal } from '../../../net/refusal.js'
import { RedisReplyError, type RedisSession } from '../../../net/redis/redis-session.js'
import { unknownEnd, isFilled } from '../effect/approach.js'
import type { FilledPlace } from '../../definition/runbook-definition.js'

/** What the server answered, as far as the commands came. */
interface RedisAnswers {
  readonly replies: readonly unknown[]
  /** Commands that were carried out and did not fail. */
  readonly performed: number
  /** Which command the problem is with, from 0; -1 without one. */
  readonly failed: number
  /** `none`, or what went wrong. */
  readonly code: string
  readonly detail: string
}

/** A reply as JSON can hold it: an error inside a list, as scripts give them, is its text. */
function plainReply(reply: unknown): unknown {
  if (reply instanceof Error) return peerWords(reply.message)
  return Array.isArray(reply) ? reply.map(plainReply) : reply
}

/** The server's own word that it will not do something: the connection goes on. */
function refusalOf(error: unknown): { readonly code: string; readonly detail: string } | undefined {
  if (error instanceof RedisReplyError) return { code: 'error-reply', detail: error.message }
  if (isRefusal(error) && !error.problem.code.startsWith('connection-'))
    return { code: error.problem.code, detail: error.problem.detail }
  return undefined
}

/**
 * Sends commands one after the other, up to the first that the server refuses.
 *
 * @throws Error when the connection is lost or falls silent: what was sent last may have been carried out
 */
export async function sendEach(
  session: RedisSession,
  commands: readonly RedisCommand[],
  signal: AbortSignal,
): Promise<RedisAnswers> {
  const replies: unknown[] = []
  for (const [index, [name, ...words]] of commands.entries()) {
    try {
      replies.push(plainReply(await session.ask(name, ...words)))
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal === undefined) throw unknownEnd(`commands[${index}] was sent`, error, signal)
      return { replies, performed: index, failed: index, ...refusal }
    }
  }
  return { replies, performed: commands.length, failed: -1, code: 'none', detail: '' }
}

/** What EXEC gives: a list in which a command that failed has its error. */
async function execute(session: RedisSession, signal: AbortSignal): Promise<RedisAnswers> {
  const none = { replies: [], performed: 0, failed: -1 }
  try {
    const reply = await session.ask('EXEC')
    if (!Array.isArray(reply)) return { ...none, code: 'not-executed', detail: 'the server dropped the transaction' }
    const outcomes = reply as readonly unknown[]
    const failed = outcomes.findIndex((outcome) => outcome instanceof Error)
    const replies = outcomes.filter((outcome) => !(outcome instanceof Error)).map(plainReply)
    const problem =
      failed === -1
        ? { code: 'none', detail: '' }
        : { code: 'error-reply', detail: peerWords(messageOf(outcomes[failed])) }
    return { replies, performed: replies.length, failed, ...problem }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw unknownEnd('EXEC was sent', error, signal)
    if (/EXECABORT/.test(refusal.detail)) return { ...none, code: 'not-executed', detail: refusal.detail }
    return { ...none, code: 'error-reply', detail: refusal.detail }
  }
}

/**
 * Sends commands as one transaction: the server carries out all of them, with nothing of others in between, or none
 * when one is refused as it is queued. One that fails as it is carried out does not take back the others.
 *
 * @throws NotPerformedError when the connection is lost before EXEC was sent; Error when it is lost after that
 */
export async function sendTogether(
  session: RedisSession,
  commands: readonly RedisCommand[],
  signal: AbortSignal,
): Promise<RedisAnswers> {
  for (const [index, [name, ...words]] of [['MULTI'] as RedisCommand, ...commands].entries()) {
    try {
      await session.ask(name, ...words)
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal === undefined) throw new NotPerformedError(`EXEC was not sent: ${messageOf(error)}`)
      return { replies: [], performed: 0, failed: index - 1, code: 'not-executed', detail: refusal.detail }
    }
  }
  return await execute(session, signal)
}

export type RedisCommand = readonly [string, ...string[]]

/** Commands whose answer does not come, or comes and comes: the connection would hang on them. */
const waiting = new Set(
  'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR SYNC PSYNC REPLCONF BLPOP BRPOP BRPOPLPUSH BLMOVE BLMPOP BZPOPMIN BZPOPMAX BZMPOP'.split(
    ' ',
  ),
)

/** Commands that belong to the connection, which is ours. */
const ours: Readonly<Record<string, string>> = {
  AUTH: 'give credentials in the URL',
  HELLO: 'the protocol is already chosen',
  SELECT: 'give the database in the URL',
  QUIT: 'the connection is ended after the last command',
  RESET: 'the connection is ended after the last command',
  MULTI: 'use atomic: true',
  EXEC: 'use atomic: true',
  DISCARD: 'use atomic: true',
  WATCH: 'use atomic: true',
  UNWATCH: 'use atomic: true',
}

/** Commands that empty, stop or derange a server. */
const dangerous = new Set(['SHUTDOWN', 'FLUSHALL', 'FLUSHDB', 'DEBUG', 'SWAPDB'])

/** Where a script is in commands that have one: the server runs it as a program. */
const scripts: Readonly<Record<string, number>> = { EVAL: 1, EVAL_RO: 1, 'SCRIPT LOAD': 2, 'FUNCTION LOAD': 2 }

function reasonAgainst([name, ...words]: RedisCommand, isDangerAllowed: boolean): string | undefined {
  const command = name.toUpperCase()
  const options = words.map((word) => word.toUpperCase())
  if (waiting.has(command)) return `${command} waits or streams`
  if (
    (command === 'XREAD' || command === 'XREADGROUP') &&
    options.slice(0, Math.max(0, options.indexOf('STREAMS'))).includes('BLOCK')
  )
    return `${command} with BLOCK waits`
  if ((command === 'WAIT' || command === 'WAITAOF') && Number(words.at(-1)) === 0)
    return `${command} with the limit 0 waits for ever`
  if (command === 'CLIENT' && (options[0] === 'REPLY' || options[0] === 'TRACKING'))
    return `CLIENT ${options[0]} changes the answers of the connection`
  const own = Object.hasOwn(ours, command) ? ours[command] : undefined
  if (own !== undefined) return `${command} belongs to the connection: ${own}`
  if (dangerous.has(command) && !isDangerAllowed)
    return `${command} can destroy data of the server: set dangerous: true if this is intended`
  return undefined
}

/**
 * Refuses what cannot be done over one connection that ends, what is dangerous unless it is meant, and names and
 * scripts that an expression gives.
 *
 * @throws NotPerformedError
 */
export function refuseCommands(
  commands: readonly RedisCommand[],
  filled: readonly FilledPlace[],
  isDangerAllowed: boolean,
): void {
  for (const [index, command] of commands.entries()) {
    const refuse = (reason: string): never => {
      throw new NotPerformedError(`commands[${index}]: ${reason}`)
    }
    if (isFilled(filled, ['commands', index, 0])) refuse('the name of a command cannot come from an expression')
    const name = command[0].toUpperCase()
    const script = scripts[name] ?? scripts[`${name} ${command[1]?.toUpperCase() ?? ''}`]
    const program = [...Array.from({ length: script ?? 0 }, (_, place) => place + 1)]
    if (program.some((place) => isFilled(filled, ['commands', index, place])))
      refuse('a script cannot come from an expression; its arguments can')
    const reason = reasonAgainst(command, isDangerAllowed)
    if (reason !== undefined) refuse(reason)
  }
}
