import type { JournalEntry, JournalEvent, JournalEventOf } from './journal.js'
import type { Operator } from './person.js'
import type { Effect, RunState, StepState } from './vocabulary.js'

type Values = Readonly<Record<string, unknown>>

/** A step of a run as its journal tells it. */
export interface StepRecord {
  readonly path: string
  readonly title: string
  readonly kind: string
  readonly effect: Effect
  readonly isManual: boolean
  /** Effect of its undo; `null` when it has none. */
  readonly undo: Effect | null
  readonly pointOfNoReturn: boolean
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
  /** Its action was announced and its end is not on record. */
  readonly isOpen: boolean
  readonly undoAttempts: number
  readonly isUndoOpen: boolean
  /** What its verification said last. */
  readonly verified: JournalEventOf<'step-verified'>['answer'] | null
  readonly approvedBy: Operator | null
  /** An operator's word for what happened, where nothing else could tell. */
  readonly resolved: { readonly as: string; readonly reason: string; readonly by: Operator } | null
}

/** A run as its journal tells it: what a view shows, a resume goes on from and a report prints. */
export interface RunRecord {
  readonly started: JournalEventOf<'run-started'>
  readonly startedAt: string
  /** Of the last entry. */
  readonly lastAt: string
  readonly seq: number
  readonly state: RunState
  readonly exitCode: number | null
  readonly message: string
  readonly direction: 'forward' | 'undo'
  /** Why it is being undone. */
  readonly undoReason: string
  /** In the order of the plan. */
  readonly steps: ReadonlyMap<string, StepRecord>
  /** Paths in the order in which their actions were announced last: what an undo goes back through. */
  readonly course: readonly string[]
  readonly resumes: number
  /** Whoever started it or resumed it last. */
  readonly operator: Operator
  /** Entries that are dated before the one in front of them, by sequence number. */
  readonly clockWentBack: readonly number[]
}

/** A journal whose entries do not make sense in their order. */
export class JournalOrderError extends Error {
  override readonly name = 'JournalOrderError'
}

/** Folds a journal from its beginning. @throws JournalOrderError */
export function runRecordOf(entries: readonly JournalEntry[]): RunRecord {
  const [first, ...rest] = entries
  if (first === undefined) throw new JournalOrderError('the journal is empty')
  const fold = new RunFold(first)
  for (const entry of rest) fold.apply(entry)
  return fold.record
}

const freshStep = {
  state: 'pending',
  message: '',
  attempts: 0,
  startedAt: '',
  endedAt: '',
  durationMs: 0,
  facts: {},
  outputs: {},
  mayHaveEffect: false,
  isOpen: false,
  undoAttempts: 0,
  isUndoOpen: false,
  verified: null,
  approvedBy: null,
  resolved: null,
} as const

/** Events that may come after the end of a run: it goes on with them. */
const reopening: ReadonlySet<JournalEvent['type']> = new Set<JournalEvent['type']>(['run-resumed', 'step-resolved', 'undo-started'])

/**
 * The fold of a journal, entry by entry, the same for whoever folds the same entries. Each entry costs the same, however long the
 * runbook is; the records of steps are replaced and never changed.
 */
export class RunFold {
  readonly #steps: Map<string, StepRecord>
  readonly #course = new Set<string>()
  readonly #clockWentBack: number[] = []
  #run: Omit<RunRecord, 'steps' | 'course' | 'clockWentBack'>

  /** @throws JournalOrderError when the journal begins with anything but the start of a run */
  constructor({ seq, at, event }: JournalEntry) {
    if (event.type !== 'run-started' || seq !== 1) throw new JournalOrderError(`the journal begins with entry ${seq}, ${event.type}, instead of run-started`)
    this.#steps = new Map(event.steps.map((step) => [step.path, { ...step, ...freshStep }]))
    this.#run = {
      started: event,
      startedAt: at,
      lastAt: at,
      seq,
      state: 'running',
      exitCode: null,
      message: '',
      direction: 'forward',
      undoReason: '',
      resumes: 0,
      operator: event.operator,
    }
  }

  /** As it stands now; its collections go on changing with the fold. */
  get record(): RunRecord {
    const course = this.#course
    return {
      ...this.#run,
      steps: this.#steps,
      clockWentBack: this.#clockWentBack,
      get course() {
        return [...course]
      },
    }
  }

  step(path: string): StepRecord {
    const step = this.#steps.get(path)
    if (step === undefined) throw new JournalOrderError(`there is no step ${path} in this run`)
    return step
  }

  /** @throws JournalOrderError for an entry that cannot stand there; nothing is changed then */
  apply({ seq, at, event }: JournalEntry): void {
    if (seq !== this.#run.seq + 1) throw new JournalOrderError(`entry ${seq} follows entry ${this.#run.seq}`)
    if (this.#run.state !== 'running' && !reopening.has(event.type)) throw new JournalOrderError(`${event.type} after the end of the run`)
    this.#applyEvent(event, at)
    // Both are written by `toISOString`, whose texts sort as their times do.
    if (at < this.#run.lastAt) this.#clockWentBack.push(seq)
    this.#run = { ...this.#run, seq, lastAt: at }
  }

  #applyEvent(event: JournalEvent, at: string): void {
    switch (event.type) {
      case 'run-started':
        throw new JournalOrderError('a second run-started')
      case 'run-resumed':
        this.#changeAll(afterBreak)
        this.#run = { ...this.#run, state: 'running', exitCode: null, message: '', operator: event.operator, resumes: this.#run.resumes + 1 }
        return
      case 'step-skipped':
        return this.#change(event.step, (step) => ({ ...step, state: 'skipped', message: event.reason, endedAt: at }))
      case 'step-approved':
        return this.#change(event.step, (step) => ({ ...step, approvedBy: event.operator }))
      case 'step-intent':
        this.#change(event.step, (step) => beginStep(step, event.attempt, at))
        this.#course.delete(event.step)
        this.#course.add(event.step)
        return
      case 'step-result':
        return this.#change(event.step, (step) => endStep(step, event, at))
      case 'step-verified':
        return this.#change(event.step, (step) => verifyStep(step, event, at))
      case 'step-resolved':
        return this.#change(event.step, (step) => resolveStep(step, event, at))
      case 'undo-started':
        this.#changeAll(afterBreak)
        this.#run = { ...this.#run, state: 'running', exitCode: null, message: '', direction: 'undo', undoReason: event.reason, operator: event.operator }
        return
      case 'undo-intent':
        return this.#change(event.step, (step) => beginUndo(step, event.attempt))
      case 'undo-result':
        return this.#change(event.step, (step) => endUndo(step, event, at))
      case 'run-ended':
        this.#changeAll((step) => (step.state === 'pending' ? { ...step, state: 'not-run' } : step))
        this.#run = { ...this.#run, state: event.state, exitCode: event.exitCode, message: event.message }
    }
  }

  #change(path: string, alter: (step: StepRecord) => StepRecord): void {
    this.#steps.set(path, alter(this.step(path)))
  }

  #changeAll(alter: (step: StepRecord) => StepRecord): void {
    for (const [path, step] of this.#steps) this.#steps.set(path, alter(step))
  }
}

function beginStep(step: StepRecord, attempt: number, at: string): StepRecord {
  if (step.isOpen) throw new JournalOrderError(`${step.path} is announced while it is still open`)
  return { ...step, state: 'running', isOpen: true, attempts: attempt, startedAt: at, endedAt: '', message: '', verified: null, mayHaveEffect: step.mayHaveEffect || step.effect !== 'read' }
}

function endStep(step: StepRecord, event: JournalEventOf<'step-result'>, at: string): StepRecord {
  if (!step.isOpen) throw new JournalOrderError(`${step.path} has a result and was not announced`)
  const { state, message, facts, outputs, durationMs } = event
  // What an earlier attempt may have done is still there when a later one did nothing.
  const mayHaveEffect = event.effect === 'none' && event.attempt === 1 ? false : step.mayHaveEffect
  return { ...step, state, message, facts, outputs, durationMs, endedAt: at, isOpen: false, mayHaveEffect }
}

function verifyStep(step: StepRecord, event: JournalEventOf<'step-verified'>, at: string): StepRecord {
  const seen = { ...step, verified: event.answer, endedAt: at }
  if (event.answer === 'holds') return { ...seen, state: 'verified', isOpen: false, mayHaveEffect: true }
  // Of a step that was not seen to end: without its effect it is as if it had never started.
  const isUncertain = step.state === 'unknown' || step.state === 'failed'
  if (event.answer === 'does-not-hold' && isUncertain) return { ...seen, state: 'pending', mayHaveEffect: false, isOpen: false, message: event.message }
  if (isUncertain) return { ...seen, message: event.message }
  return { ...seen, state: 'failed', message: event.message }
}

function resolveStep(step: StepRecord, event: JournalEventOf<'step-resolved'>, at: string): StepRecord {
  const resolved = { as: event.as, reason: event.reason, by: event.operator }
  switch (event.as) {
    case 'done':
      return { ...step, resolved, state: 'done', isOpen: false, endedAt: at, mayHaveEffect: step.effect !== 'read', message: event.reason }
    case 'not-done':
      return { ...step, resolved, state: 'pending', isOpen: false, mayHaveEffect: false, message: event.reason }
    case 'undone':
      return { ...step, resolved, state: 'undone', isUndoOpen: false, mayHaveEffect: false, endedAt: at, message: event.reason }
    case 'not-undone':
      return { ...step, resolved, state: 'undo-failed', isUndoOpen: false, mayHaveEffect: true, message: event.reason }
  }
}

function beginUndo(step: StepRecord, attempt: number): StepRecord {
  if (step.isUndoOpen) throw new JournalOrderError(`the undo of ${step.path} is announced while it is still open`)
  return { ...step, isUndoOpen: true, undoAttempts: attempt }
}

function endUndo(step: StepRecord, event: JournalEventOf<'undo-result'>, at: string): StepRecord {
  if (!step.isUndoOpen) throw new JournalOrderError(`the undo of ${step.path} has a result and was not announced`)
  const ended = { ...step, isUndoOpen: false, endedAt: at, message: event.message }
  if (event.state === 'undone') return { ...ended, state: 'undone', mayHaveEffect: false }
  if (event.state === 'cancelled') return ended
  return { ...ended, state: event.state }
}

/**
 * What a step is after its process is gone: what was announced and has no end may be repeated, if it may be repeated; of what must
 * happen at most once nobody knows.
 */
function afterBreak(step: StepRecord): StepRecord {
  if (step.isOpen) {
    const isRepeatable = step.effect !== 'once' || step.isManual
    return isRepeatable ? { ...step, state: 'pending', isOpen: false } : { ...step, state: 'unknown', isOpen: false, message: 'it was started, and its end is not on record' }
  }
  if (step.isUndoOpen && step.undo === 'once') return { ...step, state: 'unknown', isUndoOpen: false, message: 'its undo was started, and its end is not on record' }
  if (step.isUndoOpen) return { ...step, isUndoOpen: false }
  if (step.state === 'not-run' || step.state === 'cancelled') return { ...step, state: 'pending' }
  return step
}
