import type { JournalEventOf } from './journal.js'
import type { Operator } from '../../processes/operator.js'
import type { Effect, StepState } from '../definition/runbook-vocabulary.js'
import { coveredName, type ChangedEntry, type CoveredEntry } from '../plan/covered.js'

type Values = Readonly<Record<string, unknown>>

/** A step of a run, from its journal. */
export interface StepRecord {
  readonly path: string
  readonly title: string
  readonly kind: string
  readonly effect: Effect
  readonly isManual: boolean
  /** Effect of its undo; `null` when it has none. */
  readonly undo: Effect | null
  readonly pointOfNoReturn: boolean
  /** It runs when an undo has ended, and at no other time. */
  readonly isAfterUndo?: true | undefined
  readonly state: StepState
  /** Why it was skipped, failed, is unknown. */
  readonly message: string
  readonly attempts: number
  /** ISO-8601, empty when it never started. */
  readonly startedAt: string
  readonly endedAt: string
  readonly durationMs: number
  readonly facts: Values
  readonly outputs: Values
  /** The world may be changed by it, and nothing has taken that back. */
  readonly mayHaveEffect: boolean
  /** The salted digest of an input whose credentials were refused, when its last attempt ended so. */
  readonly refusedLogin: string | null
  /** Its action was announced and its end is not on record. */
  readonly isOpen: boolean
  readonly undoAttempts: number
  readonly isUndoOpen: boolean
  /** What its verification said last. */
  readonly verified: JournalEventOf<'step-verified'>['answer'] | null
  readonly approvedBy: Operator | null
  /** Digest of the destructive step as it was approved; `null` also where an earlier version wrote the journal. */
  readonly approvedDigest: string | null
  /** An operator's word for what happened, where nothing else could tell. */
  readonly resolved: { readonly as: string; readonly reason: string; readonly by: Operator } | null
}

/** A journal whose entries do not make sense in their order. */
export class JournalOrderError extends Error {
  override readonly name = 'JournalOrderError'
}

/** What every step is before its first entry. */
export const freshStep = {
  state: 'pending',
  message: '',
  attempts: 0,
  startedAt: '',
  endedAt: '',
  durationMs: 0,
  facts: {},
  outputs: {},
  mayHaveEffect: false,
  refusedLogin: null,
  isOpen: false,
  undoAttempts: 0,
  isUndoOpen: false,
  verified: null,
  approvedBy: null,
  approvedDigest: null,
  resolved: null,
} as const

/** @throws JournalOrderError when it is open already */
export function beginStep(step: StepRecord, attempt: number, at: string): StepRecord {
  if (step.isOpen) throw new JournalOrderError(`${step.path} is announced while it is still open`)
  return {
    ...step,
    state: 'running',
    isOpen: true,
    attempts: attempt,
    startedAt: at,
    endedAt: '',
    message: '',
    verified: null,
    mayHaveEffect: step.mayHaveEffect || step.effect !== 'read',
  }
}

/** @throws JournalOrderError when it was not announced */
export function endStep(step: StepRecord, event: JournalEventOf<'step-result'>, at: string): StepRecord {
  if (!step.isOpen) throw new JournalOrderError(`${step.path} has a result but was not announced`)
  const { state, message, facts, outputs, durationMs, refusedLogin = null } = event
  // What an earlier attempt may have done is still there when a later one did nothing.
  const mayHaveEffect = event.effect === 'none' && event.attempt === 1 ? false : step.mayHaveEffect
  const ended = { state, message, facts, outputs, durationMs, refusedLogin, endedAt: at }
  return { ...step, ...ended, isOpen: false, mayHaveEffect }
}

export function verifyStep(step: StepRecord, event: JournalEventOf<'step-verified'>, at: string): StepRecord {
  const seen = { ...step, verified: event.answer, endedAt: at }
  if (event.answer === 'holds') return { ...seen, state: 'verified', isOpen: false, mayHaveEffect: true }
  // Of a step that was not seen to end: without its effect it is as if it had never started.
  const isUncertain = step.state === 'unknown' || step.state === 'failed'
  if (event.answer === 'does-not-hold' && isUncertain)
    return { ...seen, state: 'pending', mayHaveEffect: false, isOpen: false, message: event.message }
  if (isUncertain) return { ...seen, message: event.message }
  return { ...seen, state: 'failed', message: event.message }
}

export function resolvedStepRecord(step: StepRecord, event: JournalEventOf<'step-resolved'>, at: string): StepRecord {
  const resolved = { as: event.as, reason: event.reason, by: event.operator }
  switch (event.as) {
    case 'done':
      return {
        ...step,
        resolved,
        state: 'done',
        isOpen: false,
        endedAt: at,
        mayHaveEffect: step.effect !== 'read',
        message: event.reason,
      }
    case 'not-done':
      return { ...step, resolved, state: 'pending', isOpen: false, mayHaveEffect: false, message: event.reason }
    case 'undone':
      return {
        ...step,
        resolved,
        state: 'undone',
        isUndoOpen: false,
        mayHaveEffect: false,
        endedAt: at,
        message: event.reason,
      }
    case 'not-undone':
      return { ...step, resolved, state: 'undo-failed', isUndoOpen: false, mayHaveEffect: true, message: event.reason }
  }
}

/** @throws JournalOrderError when its undo is open already */
export function beginUndo(step: StepRecord, attempt: number): StepRecord {
  if (step.isUndoOpen) throw new JournalOrderError(`the undo of ${step.path} is announced while it is still open`)
  return { ...step, isUndoOpen: true, undoAttempts: attempt }
}

/** @throws JournalOrderError when its undo was not announced */
export function endUndo(step: StepRecord, event: JournalEventOf<'undo-result'>, at: string): StepRecord {
  if (!step.isUndoOpen) throw new JournalOrderError(`the undo of ${step.path} has a result but was not announced`)
  const ended = { ...step, isUndoOpen: false, endedAt: at, message: event.message }
  if (event.state === 'undone') return { ...ended, state: 'undone', mayHaveEffect: false }
  if (event.state === 'cancelled') return ended
  return { ...ended, state: event.state }
}

/**
 * What a step is after its process is gone: what was announced and has no end may be repeated, if it may be repeated;
 * of what must happen at most once the effect is unknown.
 */
export function afterBreak(step: StepRecord): StepRecord {
  if (step.isOpen) {
    const isRepeatable = step.effect !== 'once' || step.isManual
    return isRepeatable
      ? { ...step, state: 'pending', isOpen: false }
      : { ...step, state: 'unknown', isOpen: false, message: 'it was started, but its end is not recorded' }
  }
  if (step.isUndoOpen && step.undo === 'once')
    return {
      ...step,
      state: 'unknown',
      isUndoOpen: false,
      message: 'its undo was started, but its end is not recorded',
    }
  if (step.isUndoOpen) return { ...step, isUndoOpen: false }
  if (step.state === 'not-run' || step.state === 'cancelled' || step.state === 'open')
    return { ...step, state: 'pending' }
  return step
}

/** A change that no step said it would make. */
interface UnexplainedChange {
  readonly entry: CoveredEntry
  /** The step at whose end it was seen. */
  readonly step: string
}

/** A change that somebody took responsibility for, or that a step made which was cut off. */
interface AcceptedChange {
  readonly name: string
  readonly how: 'flag' | 'typed' | 'declared'
  readonly operator: Operator
  readonly at: string
}

/** What decides a run, as its journal saw it last. */
export class CoveredState {
  readonly #entries: Map<string, CoveredEntry> | undefined
  readonly #unexplained = new Map<string, UnexplainedChange>()
  readonly #accepted: AcceptedChange[] = []

  /** @param entries of the start; `undefined` for a journal of a version that wrote none */
  constructor(entries: readonly CoveredEntry[] | undefined) {
    this.#entries = entries === undefined ? undefined : new Map(entries.map((entry) => [coveredName(entry), entry]))
  }

  /** `undefined` when the journal does not say. */
  get entries(): readonly CoveredEntry[] | undefined {
    return this.#entries === undefined ? undefined : [...this.#entries.values()]
  }

  get unexplained(): readonly UnexplainedChange[] {
    return [...this.#unexplained.values()]
  }

  get accepted(): readonly AcceptedChange[] {
    return this.#accepted
  }

  /** What was seen to be another at the end of a step. */
  seen(step: string, changed: readonly ChangedEntry[] = []): void {
    for (const { expected, ...entry } of changed) {
      const name = coveredName(entry)
      this.#entries?.set(name, entry)
      if (!expected) this.#unexplained.set(name, { entry, step })
    }
  }

  /** @param now `null` for what decides no longer */
  accept(name: string, now: CoveredEntry | null, by: Omit<AcceptedChange, 'name'>): void {
    if (now === null) this.#entries?.delete(name)
    else this.#entries?.set(name, now)
    this.#unexplained.delete(name)
    this.#accepted.push({ name, ...by })
  }
}
