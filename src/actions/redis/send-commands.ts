import { messageOf, SilenceError } from '../../kernel/errors.js'
import { NotPerformedError } from '../../model/runbook/step-kind.js'
import { Refusal } from '../../wire/refusal.js'
import { RedisReplyError, type RedisReply, type RedisSession } from '../../wire/redis-session.js'
import type { RedisCommand } from './refuse-commands.js'

/** What the server answered, as far as the commands came. */
export interface RedisAnswers {
  readonly replies: readonly RedisReply[]
  /** Commands that were carried out and did not fail. */
  readonly performed: number
  /** Which command the problem is with, from 0; -1 without one. */
  readonly failed: number
  /** `none`, or what went wrong. */
  readonly code: string
  readonly detail: string
}

/** The server's own word that it will not do something: the connection goes on. */
function refusalOf(error: unknown): { readonly code: string; readonly detail: string } | undefined {
  if (error instanceof RedisReplyError) return { code: 'error-reply', detail: error.message }
  if (error instanceof Refusal && !error.problem.code.startsWith('connection-')) return { code: error.problem.code, detail: error.problem.detail }
  return undefined
}

function lost(error: unknown, what: string): Error {
  if (error instanceof SilenceError) return new SilenceError(`${what}, and no answer came`)
  return new Error(`${what}, and whether it was carried out is not known: ${messageOf(error)}`, { cause: error })
}

/**
 * Sends commands one after the other, up to the first that the server refuses.
 *
 * @throws Error when the connection is lost or falls silent: what was sent last may have been carried out
 */
export async function sendEach(session: RedisSession, commands: readonly RedisCommand[]): Promise<RedisAnswers> {
  const replies: RedisReply[] = []
  for (const [index, [name, ...words]] of commands.entries()) {
    try {
      replies.push(await session.ask(name, ...words))
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal === undefined) throw lost(error, `commands[${index}] was sent`)
      return { replies, performed: index, failed: index, ...refusal }
    }
  }
  return { replies, performed: commands.length, failed: -1, code: 'none', detail: '' }
}

/** What EXEC gives: a list in which a command that failed has its error. The driver makes one error of the first of them. */
async function execute(session: RedisSession, commands: readonly RedisCommand[]): Promise<RedisAnswers> {
  const none = { replies: [], performed: 0, failed: -1 }
  try {
    const reply = await session.ask('EXEC')
    if (!Array.isArray(reply)) return { ...none, code: 'not-executed', detail: 'the server dropped the transaction' }
    return { replies: reply as readonly RedisReply[], performed: commands.length, failed: -1, code: 'none', detail: '' }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw lost(error, 'EXEC was sent')
    if (/EXECABORT/.test(refusal.detail)) return { ...none, code: 'not-executed', detail: refusal.detail }
    return { ...none, code: 'error-reply', detail: refusal.detail }
  }
}

/**
 * Sends commands as one transaction: the server carries out all of them, with nothing of others in between, or none when one is refused
 * as it is queued. One that fails as it is carried out does not take back the others.
 *
 * @throws NotPerformedError when the connection is lost before EXEC was sent; Error when it is lost after that
 */
export async function sendTogether(session: RedisSession, commands: readonly RedisCommand[]): Promise<RedisAnswers> {
  for (const [index, [name, ...words]] of [['MULTI'] as RedisCommand, ...commands].entries()) {
    try {
      await session.ask(name, ...words)
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal === undefined) throw new NotPerformedError(`EXEC was not sent: ${messageOf(error)}`)
      return { replies: [], performed: 0, failed: index - 1, code: 'not-executed', detail: refusal.detail }
    }
  }
  return await execute(session, commands)
}
