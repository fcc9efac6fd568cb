import { redactUntypedFacts } from '../../checks/result/redacted-facts.js'
import { messageOf, exitCodes, type ExitCode } from '../../base/errors.js'
import type { Operation, RunbookScope } from '../definition/runbook-definition.js'
import type { JournalEvent, JournalEventOf } from '../record/journal.js'
import { stepsInDirection } from '../record/run-record.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import type { StepRecord } from '../record/step-record.js'
import { NotPerformedError, type StepKind } from '../definition/step-kind.js'
import { prepareOperation, type Ending, type PreparedStep } from './carry-out.js'
import type { Role, RunbookRunRequest } from './runbook-run-request.js'

/** What a verification answered. */
type PersonsAnswer = Pick<JournalEventOf<'step-verified'>, 'answer' | 'message' | 'facts'>

/** How a run ends. */
export type RunbookEnd = Pick<JournalEventOf<'run-ended'>, 'state' | 'message'> & { readonly exitCode: ExitCode }

/** Whether a person said of any step that it is done. */
export function isByWord({ request }: Pick<RunInProgress, 'request'>): boolean {
  return stepsInDirection(request.fold.record).some(
    ({ state, isManual, resolved }) => ['done', 'verified'].includes(state) && (isManual || resolved !== null),
  )
}

/** What going forward and going back both do: write down, perform, verify, end. */
export class RunInProgress {
  constructor(readonly request: RunbookRunRequest) {}

  /** @throws JournalWriteError */
  async record(event: JournalEvent): Promise<void> {
    const entry = await this.request.append(event)
    this.request.fold.apply(entry)
    this.request.onEntry?.(entry)
  }

  step(path: string): StepRecord {
    return this.request.fold.step(path)
  }

  get isInterrupted(): boolean {
    return this.request.signal.aborted
  }

  scope(step: PlannedStep): RunbookScope {
    return this.request.scopeOf(step, this.request.fold.record)
  }

  /** @throws NotPerformedError when an expression fails, the input does not fit, or there is no such kind */
  prepare(operation: Operation, scope: RunbookScope): PreparedStep {
    const { environment, fold } = this.request
    return prepareOperation(operation, this.#kind(operation), scope, environment, fold.record.started.practice)
  }

  perform(
    step: PlannedStep,
    role: Role,
    operation: Operation,
    prepared: PreparedStep,
    scope: RunbookScope,
  ): Promise<Ending> {
    return this.request.carryOut(step, role, operation, prepared, scope, this.request.signal)
  }

  /** What changed while a step was carried out, as its result has it. */
  async changed(step: PlannedStep): Promise<Pick<JournalEventOf<'step-result'>, 'changed'>> {
    const changed = await this.request.changedAfter?.(step)
    return changed === undefined || changed.length === 0 ? {} : { changed: [...changed] }
  }

  /** Asks a verification. One that cannot be carried out cannot tell. */
  async verify(
    step: PlannedStep,
    operation: Operation,
    role: Extract<Role, 'verify' | 'undo-verify'>,
  ): Promise<PersonsAnswer> {
    const { redact } = this.request
    const scope = this.scope(step)
    let ending: Ending
    try {
      ending = await this.perform(step, role, operation, this.prepare(operation, scope), scope)
    } catch (thrown) {
      return { answer: 'cannot-tell', message: redact.text(messageOf(thrown)), facts: {} }
    }
    if (ending.kind !== 'judged') return { answer: 'cannot-tell', message: redact.text(ending.message), facts: {} }
    const facts = redactUntypedFacts(ending.facts, redact)
    const answers = { pass: 'holds', fail: 'does-not-hold', error: 'cannot-tell' } as const
    return { answer: answers[ending.judgement.status], message: redact.text(ending.judgement.message), facts }
  }

  /** Whether its steps are the items of a checklist. */
  get isChecklist(): boolean {
    return this.request.fold.record.started.checklist === true
  }

  /** Whether a step is an item of a checklist: one of its own, and none of a runbook that an item carries out. */
  isItem({ groups }: PlannedStep): boolean {
    return this.isChecklist && groups.length === 0
  }

  async end(state: JournalEventOf<'run-ended'>['state'], exitCode: ExitCode, message: string): Promise<void> {
    await this.record({ type: 'run-ended', state, exitCode, message: this.request.redact.text(message) })
  }

  /** Ends a run that was interrupted, where nothing has ended it. @returns whether it was interrupted */
  async endIfInterrupted(): Promise<boolean> {
    if (this.isInterrupted && this.request.fold.record.state === 'running')
      await this.end('interrupted', this.request.interruptedBy() ?? exitCodes.interrupt, 'the run was interrupted')
    return this.isInterrupted
  }

  #kind(operation: Operation): StepKind {
    const kind = this.request.kinds.get(operation.action.kind)
    if (kind === undefined) throw new NotPerformedError(`unknown step kind ${operation.action.kind}`)
    return kind
  }
}
