import { redactedMarker, type Secret } from '../redaction/secret-value.js'
import { codeOf, messageOf } from '../base/errors.js'
import type { Socket } from 'node:net'

/** What stopped a climb, in the shape of a ladder's `problem` fact. */
export interface Problem<Code extends string = string> {
  readonly code: Code
  readonly class: 'config' | 'dependency' | 'code'
  readonly transient: boolean
  readonly detail: string
}

/**
 * A refusal that could be classified: it ends the climb and becomes the probe's `problem` fact. Anything else that is
 * thrown while climbing is left to be an error.
 */
export class Refusal<Code extends string = string> extends Error {
  override readonly name = 'Refusal'

  constructor(readonly problem: Problem<Code>) {
    super(`${problem.code}: ${problem.detail}`)
  }
}

/** Whether it is a refusal, of whatever code. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Refusal
}

/** Something the operator's configuration causes; trying again changes nothing. */
export function misconfigured<Code extends string>(code: Code, detail: string): Refusal<Code> {
  return new Refusal({ code, class: 'config', transient: false, detail })
}

/** What is said where a refused login is not repeated. */
export function notTriedAgain(message: string): string {
  return `${message}; the login was refused and is not tried again in this run: correct the credentials, then start a new one`
}

/** Something the server causes that does not pass by itself. */
export function refusedByPeer<Code extends string>(code: Code, detail: string): Refusal<Code> {
  return new Refusal({ code, class: 'dependency', transient: false, detail })
}

/** Something the server causes that may have passed at the next try. */
export function refusedForNow<Code extends string>(code: Code, detail: string): Refusal<Code> {
  return new Refusal({ code, class: 'dependency', transient: true, detail })
}

const longestDetail = 300

/** Shorter credentials would mask letters of ordinary words; the redaction before every output judges those. */
const shortestMasked = 4

/**
 * What a peer said, fit for a `problem`'s detail: on one line, at most 300 characters, and without the credentials that
 * were sent to it, since old servers quote the command they did not understand.
 */
export function peerWords(text: string, sent: readonly (Secret | undefined)[] = []): string {
  let words = text
  for (const secret of sent) {
    const value = secret?.reveal() ?? ''
    if (value.length >= shortestMasked) words = words.split(value).join(redactedMarker)
  }
  words = words.replace(/\s+/g, ' ').trim()
  return words.length > longestDetail ? `${words.slice(0, longestDetail - 1)}…` : words
}

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

/** Why an open connection ended: reset, or closed. */
export function endOf(socket: Socket): Refusal {
  return (socket.errored === null ? undefined : socketRefusal(socket.errored)) ?? connectionClosed()
}
