import { setTimeout as wait } from 'node:timers/promises'
import type { CheckDefinition } from '../definition.js'
import type { RunListener, Outcome } from '../check-event.js'
import { attemptProbe, type ProbeAttemptRequest, type ProbeResult } from '../../engine/probe-attempt.js'
import type { SharedAttempts } from '../../engine/shared-attempts.js'
import { concludeApplicability, outcomeOf, problemOf, type Conclusion } from './conclusion.js'
import { withoutConcealed, withReasons } from '../../engine/plain-facts.js'
import { judge, notedText } from '../../engine/judge.js'
import { notTriedAgain } from '../../net/refusal.js'
import type { RefusedLogins } from '../../engine/refused-logins.js'
import type { Surroundings } from '../../engine/probe.js'

type EndedAttempt = Exclude<ProbeResult, { readonly kind: 'interrupted' }>

interface CheckRunRequest extends Omit<ProbeAttemptRequest, 'onReached' | 'onWaiting' | 'definition' | 'surroundings'> {
  readonly definition: CheckDefinition
  readonly surroundings: Surroundings
  readonly onEvent: RunListener
  /** Of its round; left out for a check that is judged by itself. */
  readonly shared?: SharedAttempts
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly refusedLogins?: RefusedLogins | undefined
}

interface CheckRun {
  /** `undefined` when the run was interrupted before the check ended. */
  readonly outcome: Outcome | undefined
  /** Whether a later attempt may end otherwise. */
  readonly mayChange: boolean
  readonly released: Promise<void>
}

/** Runs a check to its outcome: attempts, judges, and tries again what another attempt may change. Never rejects. */
export async function runCheck(request: CheckRunRequest): Promise<CheckRun> {
  const { definition, deadline, onEvent, signal } = request
  const { id, retry } = definition
  const startedAt = new Date(request.now()).toISOString()
  const started = performance.now()
  for (let attempts = 1; ; attempts += 1) {
    onEvent({ type: 'check-started', id, attempt: attempts })
    const attempt: ProbeAttemptRequest = {
      ...request,
      onReached: (rung) => onEvent({ type: 'check-reached', id, rung }),
      onWaiting: (waiting) => onEvent({ type: 'check-waits', id, waiting }),
    }
    const known = request.refusedLogins?.get(attempt)
    const { result, released } = await (known !== undefined
      ? { result: known, released: Promise.resolve() }
      : attempts === 1 && request.shared !== undefined
        ? request.shared.attempt(attempt)
        : attemptProbe(attempt))
    if (result.kind === 'interrupted') return { outcome: undefined, mayChange: true, released }
    const isLoginRefused = result.kind === 'observed' && result.isLoginRefused === true
    if (isLoginRefused) request.refusedLogins?.add(attempt, result)
    const concluded = conclude(result, request)
    const isOpen = !isLoginRefused && mayChange(result, concluded)
    // Said where it would have been tried again, or was looked at again and not tried.
    const isHeldBack =
      isLoginRefused && concluded.status !== 'pass' && (known !== undefined || mayChange(result, concluded))
    const conclusion = isHeldBack ? { ...concluded, message: notTriedAgain(concluded.message) } : concluded
    const outcome = outcomeOf(definition, conclusion, { attempts, startedAt, durationMs: performance.now() - started })
    if (attempts >= retry.attempts || !isOpen || deadline.remaining() <= retry.delay)
      return { outcome, mayChange: isOpen, released }
    await released
    await wait(retry.delay, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return { outcome: undefined, mayChange: isOpen, released }
    if (deadline.remaining() === 0) return { outcome, mayChange: isOpen, released }
  }
}

function conclude(result: EndedAttempt, { definition, surroundings }: CheckRunRequest): Conclusion {
  if (result.kind === 'not-applicable') return { status: result.kind, message: result.message, isElsewhere: true }
  if (result.kind === 'error') return { status: 'error', message: result.message, errorClass: result.class }
  if (result.kind !== 'observed')
    return { status: result.kind, message: result.message, isUnreached: result.isUnreached === true }
  const seen = { facts: result.facts, concealed: result.concealed }
  const shown = withoutConcealed(result.facts, result.concealed)
  const within = { ...surroundings, scope: withReasons(surroundings.scope, result.concealed) }
  const inapplicable = concludeApplicability(definition, shown, within)
  if (inapplicable !== undefined) return { ...inapplicable, ...seen }
  const judging = { scope: within.scope, visibility: surroundings, isIndependent: definition.isIndependent }
  const judgement = judge(definition.expect, shown, judging)
  if (judgement.status !== 'pass') return { ...judgement, ...seen }
  const limits = definition.warn.length === 0 ? judgement : judge(definition.warn, shown, judging)
  if (limits.status !== 'pass') return { ...limits, status: limits.status === 'fail' ? 'warn' : limits.status, ...seen }
  const message =
    definition.note === undefined ? '' : notedText(definition.note, { ...within.scope, facts: shown }, surroundings)
  return { status: 'pass', message, ...seen }
}

/**
 * Whether another attempt may end otherwise: silence, an unclassified failure, or what its probe or its expectations
 * call transient.
 */
function mayChange(result: EndedAttempt, { status, facts, isTransient }: Conclusion): boolean {
  if (result.kind === 'timeout') return true
  if (result.kind === 'error') return result.mayChange
  return status === 'fail' && (problemOf(facts)?.isTransient === true || isTransient === true)
}
