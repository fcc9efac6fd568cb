import {
  CoveredState,
  afterBreak,
  beginStep,
  beginUndo,
  endStep,
  endUndo,
  freshStep,
  JournalOrderError,
  resolvedStepRecord,
  verifyStep,
  type StepRecord,
} from './step-record.js'
import type { JournalEntry, JournalEvent, JournalEventOf } from './journal.js'
import type { Operator } from '../../processes/operator.js'
import type { RunState } from '../definition/runbook-vocabulary.js'

/** A run, from its journal: what a view shows, a resume goes on from and a report prints. */
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
  /** Who started it or resumed it last. */
  readonly operator: Operator
  /** Entries that are dated before the one in front of them, by sequence number. */
  readonly clockWentBack: readonly number[]
  /** What it requires, as it was found last. */
  readonly requirements: JournalEventOf<'requirements-judged'>['requirements']
  /** What decides it, as it was seen last. */
  readonly covered: Pick<CoveredState, 'entries' | 'unexplained' | 'accepted'>
}

/** The steps that count for a run in its direction: those after an undo belong to an undo only. */
export function stepsInDirection({ steps, direction }: Pick<RunRecord, 'steps' | 'direction'>): readonly StepRecord[] {
  return [...steps.values()].filter(({ isAfterUndo }) => direction === 'undo' || isAfterUndo !== true)
}

/** Folds a journal from its beginning. @throws JournalOrderError */
export function runRecordOf(entries: readonly JournalEntry[]): RunRecord {
  const [first, ...rest] = entries
  if (first === undefined) throw new JournalOrderError('the journal is empty')
  const fold = new RunFold(first)
  for (const entry of rest) fold.apply(entry)
  return fold.record
}

/** Events that may come after the end of a run: it continues with them. */
const reopening: ReadonlySet<JournalEvent['type']> = new Set<JournalEvent['type']>([
  'changes-accepted',
  'run-resumed',
  'step-resolved',
  'undo-started',
])

/**
 * The fold of a journal, entry by entry, the same for the same entries. Each entry costs the same, however long the
 * runbook is; the records of steps are replaced and never changed.
 */
export class RunFold {
  readonly #steps: Map<string, StepRecord>
  readonly #course = new Set<string>()
  readonly #clockWentBack: number[] = []
  readonly #covered: CoveredState
  #run: Omit<RunRecord, 'steps' | 'course' | 'clockWentBack' | 'covered'>

  /** @throws JournalOrderError when the journal begins with anything but the start of a run */
  constructor({ seq, at, event }: JournalEntry) {
    if (event.type !== 'run-started' || seq !== 1)
      throw new JournalOrderError(`the journal begins with entry ${seq}, ${event.type}, instead of run-started`)
    this.#steps = new Map(event.steps.map((step) => [step.path, { ...step, ...freshStep }]))
    this.#covered = new CoveredState(event.covers)
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
      requirements: [],
      operator: event.operator,
    }
  }

  /** The current record; its collections go on changing with the fold. */
  get record(): RunRecord {
    const course = this.#course
    return {
      ...this.#run,
      steps: this.#steps,
      clockWentBack: this.#clockWentBack,
      covered: this.#covered,
      get course() {
        return [...course]
      },
    }
  }

  step(path: string): StepRecord {
    const step = this.#steps.get(path)
    if (step === undefined) throw new JournalOrderError(`no step ${path} in this run`)
    return step
  }

  /** @throws JournalOrderError for an entry that cannot be there; nothing is changed then */
  apply({ seq, at, event }: JournalEntry): void {
    if (seq !== this.#run.seq + 1) throw new JournalOrderError(`entry ${seq} follows entry ${this.#run.seq}`)
    if (this.#run.state !== 'running' && !reopening.has(event.type))
      throw new JournalOrderError(`${event.type} after the end of the run`)
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
        this.#run = {
          ...this.#run,
          state: 'running',
          exitCode: null,
          message: '',
          operator: event.operator,
          resumes: this.#run.resumes + 1,
        }
        return
      case 'changes-accepted':
        for (const { name, how, now } of event.changes)
          this.#covered.accept(name, now, { how, operator: event.operator, at })
        return
      case 'requirements-judged':
        this.#run = { ...this.#run, requirements: afterJudging(this.#run.requirements, event) }
        return
      case 'step-skipped':
        return this.#change(event.step, (step) => ({ ...step, state: 'skipped', message: event.reason, endedAt: at }))
      case 'step-approved':
        return this.#change(event.step, (step) => ({
          ...step,
          approvedBy: event.operator,
          approvedDigest: event.digest ?? null,
        }))
      case 'approval-lapsed':
        return this.#change(event.step, (step) => ({ ...step, state: 'pending', message: event.reason, facts: {} }))
      case 'step-intent':
        this.#change(event.step, (step) => beginStep(step, event.attempt, at))
        if (event.again !== true) this.#course.delete(event.step)
        this.#course.add(event.step)
        return
      case 'step-result':
        this.#change(event.step, (step) => endStep(step, event, at))
        return this.#covered.seen(event.step, event.changed)
      case 'step-verified':
        return this.#change(event.step, (step) => verifyStep(step, event, at))
      case 'step-resolved':
        this.#change(event.step, (step) => resolvedStepRecord(step, event, at))
        // A run that ended asks in its message for the decision that is made now.
        if (this.#run.state !== 'running') this.#run = { ...this.#run, message: resolvedMessage(event) }
        return
      case 'undo-started':
        this.#changeAll(afterBreak)
        this.#run = {
          ...this.#run,
          state: 'running',
          exitCode: null,
          message: '',
          direction: 'undo',
          undoReason: event.reason,
          operator: event.operator,
        }
        return
      case 'undo-intent':
        return this.#change(event.step, (step) => beginUndo(step, event.attempt))
      case 'undo-result':
        this.#change(event.step, (step) => endUndo(step, event, at))
        return this.#covered.seen(event.step, event.changed)
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

/** Those of a runbook that is reached are added to the others. */
function afterJudging(
  known: RunRecord['requirements'],
  { before, requirements }: JournalEventOf<'requirements-judged'>,
): RunRecord['requirements'] {
  if (before === null) return requirements
  const isNew = ({ kind, name }: RunRecord['requirements'][number]): boolean =>
    !requirements.some((each) => each.kind === kind && each.name === name)
  return [...known.filter(isNew), ...requirements]
}

/** What a run says after a person decided what became of a step: their word, and what happens next. */
export function resolvedMessage({ step, as, reason, operator }: JournalEventOf<'step-resolved'>): string {
  return `${step} is ${as} by the word of ${operator.user}: ${reason}; ${afterResolved[as]}`
}

const afterResolved = {
  done: 'a resume does not run it again and goes on after it',
  'not-done': 'a resume runs it again',
  undone: 'a resume goes on with the undo of the steps before it',
  'not-undone': 'a resume runs its undo again',
} as const satisfies Record<JournalEventOf<'step-resolved'>['as'], string>
