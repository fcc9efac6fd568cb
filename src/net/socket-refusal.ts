import { codeOf, messageOf } from '../base/errors.js'
import { peerWords } from './peer-words.js'
import { misconfigured, refusedForNow, type Refusal } from './refusal.js'

/** Every failure behind an error: those of all addresses that were tried, or itself. */
function failuresOf(error: unknown): readonly unknown[] {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors : [error]
}

const refusalOf: Readonly<Record<string, (detail: string) => Refusal>> = {
  ECONNREFUSED: (detail) => refusedForNow('connection-refused', detail),
  // A socket file: missing, or not for this account. Both are a matter of where the operator pointed.
  ENOENT: (detail) => misconfigured('name-not-found', detail),
  EACCES: (detail) => misconfigured('connection-refused', detail),
  EPERM: (detail) => misconfigured('connection-refused', detail),
  ECONNRESET: (detail) => refusedForNow('connection-reset', detail),
  ECONNABORTED: (detail) => refusedForNow('connection-reset', detail),
  EPIPE: (detail) => refusedForNow('connection-closed', detail),
  ENETUNREACH: (detail) => refusedForNow('network-unreachable', detail),
  EHOSTUNREACH: (detail) => refusedForNow('network-unreachable', detail),
  EADDRNOTAVAIL: (detail) => refusedForNow('network-unreachable', detail),
  ENOTFOUND: (detail) => misconfigured('name-not-found', detail),
  EAI_AGAIN: (detail) => refusedForNow('name-not-found', detail),
  EAI_FAIL: (detail) => refusedForNow('name-not-found', detail),
}

/**
 * Classifies what the system said of a socket or a name.
 *
 * @returns the refusal, `connection-refused` first when several addresses failed each in its way; `undefined` when it
 *   is none of
 * those known (`ETIMEDOUT`, which is silence, among them)
 */
export function socketRefusal(error: unknown): Refusal | undefined {
  const refusals = failuresOf(error)
    .map((failure) => refusalOf[codeOf(failure)]?.(peerWords(messageOf(failure))))
    .filter((refusal) => refusal !== undefined)
  return refusals.find((refusal) => refusal.problem.code === 'connection-refused') ?? refusals[0]
}

/** Whether the system itself gave up waiting. */
export function isSystemTimeout(error: unknown): boolean {
  return failuresOf(error).some((failure) => codeOf(failure) === 'ETIMEDOUT')
}

/** The peer ended the connection in the middle of a conversation. */
export function connectionClosed(detail = 'the peer closed the connection'): Refusal {
  return refusedForNow('connection-closed', detail)
}
