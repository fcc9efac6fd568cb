import { redactUntypedFacts } from '../../checks/result/redacted-facts.js'
import { messageOf, exitCodes, type ExitCode } from '../../base/errors.js'
import type { Operation, RunbookScope } from '../definition/runbook-definition.js'
import type { JournalEvent, JournalEventOf } from '../record/journal.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import type { StepRecord } from '../record/step-record.js'
import { NotPerformedError, type StepKind } from '../definition/step-kind.js'
import { prepareOperation, type Ending, type PreparedStep } from './carry-out.js'
import type { Role, RunbookRunRequest } from './runbook-run-request.js'
import { createHash } from 'node:crypto'
import { UnansweredError } from '../../engine/person.js'

/** What a verification answered. */
type PersonsAnswer = Pick<JournalEventOf<'step-verified'>, 'answer' | 'message' | 'facts'>

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

  async end(state: JournalEventOf<'run-ended'>['state'], exitCode: ExitCode, message: string): Promise<void> {
    await this.record({ type: 'run-ended', state, exitCode, message: this.request.redact.text(message) })
  }

  /** @returns that the run does not go on */
  async endInterrupted(): Promise<false> {
    await this.end('interrupted', this.request.interruptedBy() ?? exitCodes.interrupt, 'the run was interrupted')
    return false
  }

  #kind(operation: Operation): StepKind {
    const kind = this.request.kinds.get(operation.action.kind)
    if (kind === undefined) throw new NotPerformedError(`unknown step kind ${operation.action.kind}`)
    return kind
  }
}

/**
 * Asks for a destructive step, unless exactly this was approved already: a flag or a typed confirmation, and nothing
 * else will do. Without one the run ends here.
 */
export async function isStepApproved(run: RunInProgress, step: PlannedStep, prepared: PreparedStep): Promise<boolean> {
  const { path, definition } = step
  const { approved, person, operator, redact, signal } = run.request
  const digest = digestOf(run, step, prepared)
  if (run.step(path).approvedDigest === digest) return true
  if (approved.has(path)) {
    await run.record({ type: 'step-approved', step: path, how: 'flag', operator, digest })
    return true
  }
  const explain = [
    `${path}: ${definition.title}`,
    'This step is destructive. It would do:',
    ...prepared.description.lines.map((line) => `  ${redact.text(line)}`),
  ].join('\n')
  try {
    const typed = await person.type({ ask: `type ${path} to continue, anything else to stop`, explain }, path, signal)
    if (typed === path) {
      await run.record({ type: 'step-approved', step: path, how: 'typed', operator, digest })
      return true
    }
    await run.end('cancelled', exitCodes.runCancelled, `${path} is destructive and was not approved`)
  } catch (thrown) {
    if (!(thrown instanceof UnansweredError)) throw thrown
    if (run.isInterrupted) return await run.endInterrupted()
    await run.end(
      'cancelled',
      exitCodes.runCancelled,
      `${path} is destructive and was not approved: ${messageOf(thrown)}; give --approve ${path} to approve it in advance`,
    )
  }
  return false
}

/**
 * sha256 of what a person approves: the runbook as it is written, the parameters, and the action as it would be carried
 * out.
 */
function digestOf(run: RunInProgress, { path, frame }: PlannedStep, { description }: PreparedStep): string {
  const { parameters } = run.request.fold.record.started
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([frame.runbook.digest, path, parameters, description]))
    .digest('hex')}`
}
