import { setTimeout as wait } from 'node:timers/promises'
import { messageOf } from '../../kernel/errors.js'
import { exitCodes, type ExitCode } from '../../kernel/exit-codes.js'
import type { Operation, RunbookScope } from '../../model/runbook/definition.js'
import type { JournalEntry, JournalEvent, JournalEventOf } from '../../model/runbook/journal.js'
import type { Operator, Person } from '../../model/runbook/person.js'
import { UnansweredError } from '../../model/runbook/person.js'
import type { PlannedStep } from '../../model/runbook/plan.js'
import type { RunFold, RunRecord, StepRecord } from '../../model/runbook/run-record.js'
import { NotPerformedError, type StepKind } from '../../model/runbook/step-kind.js'
import { ask } from '../judge.js'
import type { Facts } from '../plain-facts.js'
import { captureOutputs } from './capture.js'
import { prepareOperation, type Ending, type Prepared } from './carry-out.js'
import { nextMove, undoCourse } from './decision.js'
import type { RunRedact } from './redact.js'

export interface RunbookRunRequest {
  /** In the plan's order. */
  readonly steps: readonly PlannedStep[]
  readonly kinds: ReadonlyMap<string, StepKind>
  /** The journal so far, which begins with `run-started`, folded. */
  readonly fold: RunFold
  /** Writes an event; when it resolves the event is on disk. */
  readonly append: (event: JournalEvent) => Promise<JournalEntry>
  readonly scopeOf: (step: PlannedStep, record: RunRecord) => RunbookScope
  /** Carries an operation out: for real, or in practice. Never rejects. */
  readonly carryOut: (step: PlannedStep, role: Role, operation: Operation, prepared: Prepared, scope: RunbookScope, signal: AbortSignal) => Promise<Ending>
  readonly person: Person
  readonly operator: Operator
  /** Paths of destructive steps that were approved beforehand. */
  readonly approved: ReadonlySet<string>
  readonly redact: RunRedact
  readonly signal: AbortSignal
  /** The exit code of the signal that came, if one did. */
  readonly interruptedBy: () => ExitCode | undefined
  readonly onEntry?: (entry: JournalEntry) => void
  readonly onAsking?: (path: string, isAsking: boolean) => void
}

/** What an operation is to its step. */
export type Role = 'step' | 'verify' | 'undo' | 'undo-verify'

/** Goes on with a run, forward or back, as far as it goes. @throws JournalWriteError when an event could not be written: nothing was done after that */
export async function runRunbook(request: RunbookRunRequest): Promise<void> {
  const run = new RunbookRun(request)
  if (request.fold.record.direction === 'forward') await run.forward()
  if (request.fold.record.state === 'running') await run.back()
}

/** Starts the way back. @throws JournalWriteError */
export async function undoRunbook(request: RunbookRunRequest, reason: string): Promise<void> {
  const run = new RunbookRun(request)
  await run.record({ type: 'undo-started', reason: request.redact.text(reason), operator: request.operator })
  await run.back()
}

interface StepResult {
  readonly written: Omit<JournalEventOf<'step-result'>, 'type' | 'step' | 'attempt' | 'durationMs'>
  /** How to answer what nobody answered. */
  readonly hint?: string | undefined
}
type Answer = Pick<JournalEventOf<'step-verified'>, 'answer' | 'message' | 'facts'>

class RunbookRun {
  readonly #steps: ReadonlyMap<string, PlannedStep>

  constructor(readonly request: RunbookRunRequest) {
    this.#steps = new Map(request.steps.map((step) => [step.path, step]))
  }

  async record(event: JournalEvent): Promise<void> {
    const entry = await this.request.append(event)
    this.request.fold.apply(entry)
    this.request.onEntry?.(entry)
  }

  #record(path: string): StepRecord {
    return this.request.fold.step(path)
  }

  get #isInterrupted(): boolean {
    return this.request.signal.aborted
  }

  /** Carries out what is left, in order, and stops at the first step that does not end well. */
  async forward(): Promise<void> {
    for (const step of this.request.steps) {
      if (this.#isInterrupted) return void (await this.#interrupted())
      const isGoingOn = await this.#turn(step)
      if (!isGoingOn) return
    }
    if (this.#isInterrupted) return void (await this.#interrupted())
    await this.#complete()
  }

  /** Does what is to be done about a step. @returns whether the run goes on */
  async #turn(step: PlannedStep): Promise<boolean> {
    const { path, definition } = step
    const { fold } = this.request
    const move = nextMove(step, this.#record(path), fold.record.steps)
    switch (move.move) {
      case 'pass':
        return true
      case 'skip':
        await this.record({ type: 'step-skipped', step: path, reason: move.reason })
        return true
      case 'ask-operator':
        await this.#end('failed', exitCodes.outcomeUnknown, `nobody knows whether ${path} took effect: an operator must say so`)
        return false
      case 'verify': {
        const answer = await this.#verify(step, definition.verify!)
        if (this.#isInterrupted) return this.#interrupted()
        await this.record({ type: 'step-verified', step: path, ...answer })
        if (answer.answer === 'holds') return true
        if (answer.answer === 'does-not-hold') return this.#carryOut(step)
        await this.#end('failed', exitCodes.outcomeUnknown, `nobody knows whether ${path} took effect (${answer.message}): an operator must say so`)
        return false
      }
      case 'confirm':
        return this.#afterDone(step)
      case 'carry-out':
        return this.#carryOut(step)
    }
  }

  async #carryOut(step: PlannedStep): Promise<boolean> {
    const { path, definition } = step
    const scope = this.#scope(step)
    if (definition.when !== undefined) {
      const answer = ask(definition.when, scope)
      if ('problem' in answer) return this.#failBefore(step, answer.problem)
      if (!answer.holds) {
        await this.record({ type: 'step-skipped', step: path, reason: `${definition.when.source} is false` })
        return true
      }
    }
    let prepared: Prepared
    try {
      prepared = prepareOperation(definition, this.#kind(definition), scope)
    } catch (thrown) {
      return this.#failBefore(step, messageOf(thrown))
    }
    if (definition.destructive && this.#record(path).approvedBy === null && !(await this.#isApproved(step, prepared))) return false
    return this.#attempts(step, prepared, scope)
  }

  async #attempts(step: PlannedStep, prepared: Prepared, scope: RunbookScope): Promise<boolean> {
    const { path, definition } = step
    for (let tries = 1; ; tries += 1) {
      if (this.#isInterrupted) return this.#interrupted()
      const { hint, written: result } = await this.#attempt(step, prepared, scope)
      if (result.state === 'done') return this.#afterDone(step)
      if (result.state === 'cancelled' || result.state === 'unknown') {
        if (this.#isInterrupted) return this.#interrupted()
        if (result.state === 'unknown') await this.#end('failed', exitCodes.outcomeUnknown, `nobody knows whether ${path} took effect (${result.message}): an operator must say so`)
        else await this.#end('cancelled', exitCodes.runCancelled, [`${path}: ${result.message}`, ...(hint === undefined ? [] : [hint])].join('; '))
        return false
      }
      if (this.#isInterrupted) return this.#interrupted()
      if (tries >= definition.retry.attempts) return this.#fail(step)
      await wait(definition.retry.delay, undefined, { signal: this.request.signal }).catch(() => undefined)
    }
  }

  /** Announces the step, does it, and writes down how it ended. */
  async #attempt(step: PlannedStep, prepared: Prepared, scope: RunbookScope): Promise<StepResult> {
    const { path, definition } = step
    const attempt = this.#record(path).attempts + 1
    await this.record({ type: 'step-intent', step: path, attempt, action: prepared.description.lines.map((line) => this.request.redact.text(line)) })
    const started = performance.now()
    const ending = await this.#perform(step, 'step', definition, prepared, scope)
    const result = await this.#resultOf(step, ending, scope)
    await this.record({ type: 'step-result', step: path, attempt, ...result.written, durationMs: Math.round(performance.now() - started) })
    return result
  }

  async #resultOf(step: PlannedStep, ending: Ending, scope: RunbookScope): Promise<StepResult> {
    const { definition } = step
    const { redact } = this.request
    const isRead = definition.effect === 'read'
    const possible = isRead ? 'none' : 'possible'
    const blank = { facts: {}, outputs: {} }
    switch (ending.kind) {
      case 'not-performed':
        return { written: { ...blank, state: 'failed', effect: 'none', message: redact.text(ending.message) } }
      case 'unanswered':
        return { written: { ...blank, state: 'cancelled', effect: 'none', message: redact.text(ending.message) }, hint: ending.hint }
      case 'judged': {
        const facts = redact.value(ending.facts) as Facts
        const message = redact.text(ending.judgement.message)
        if (ending.judgement.status !== 'pass') return { written: { state: 'failed', effect: ending.changedNothing ? 'none' : possible, message, facts, outputs: {} } }
        const captured = ending.outputs === undefined ? captureOutputs(step.definition.capture, ending.facts, scope, redact) : { outputs: ending.outputs }
        if ('problem' in captured) return { written: { state: 'failed', effect: possible, message: captured.problem, facts, outputs: {} } }
        return { written: { state: 'done', effect: possible, message: '', facts, outputs: captured.outputs } }
      }
      case 'indefinite':
        return { written: await this.#indefinite(step, ending) }
    }
  }

  /** It was begun, and its end was not seen: of what must happen at most once, the verification may tell. */
  async #indefinite(step: PlannedStep, ending: Ending & { kind: 'indefinite' }): Promise<StepResult['written']> {
    const { definition } = step
    const message = this.request.redact.text(ending.message)
    const blank = { facts: {}, outputs: {}, message }
    if (definition.effect === 'read') return { ...blank, state: ending.isInterrupted ? 'cancelled' : 'failed', effect: 'none' }
    const isManual = this.#record(step.path).isManual
    if (ending.isInterrupted && (definition.effect === 'idempotent' || isManual)) return { ...blank, state: 'cancelled', effect: isManual ? 'none' : 'possible' }
    if (definition.effect === 'idempotent') return { ...blank, state: 'failed', effect: 'possible' }
    if (ending.isInterrupted || definition.verify === undefined) return { ...blank, state: 'unknown', effect: 'possible' }
    const answer = await this.#verify(step, definition.verify)
    if (answer.answer === 'holds') return { ...blank, state: 'done', effect: 'possible', message: `${message}; its verification shows that it took effect` }
    if (answer.answer === 'does-not-hold') return { ...blank, state: 'failed', effect: 'none', message: `${message}; its verification shows that it took no effect: ${answer.message}` }
    return { ...blank, state: 'unknown', effect: 'possible', message: `${message}; its verification cannot tell: ${answer.message}` }
  }

  async #afterDone(step: PlannedStep): Promise<boolean> {
    const { verify } = step.definition
    if (verify === undefined) return true
    const answer = await this.#verify(step, verify)
    if (this.#isInterrupted && answer.answer !== 'holds') return this.#interrupted()
    await this.record({ type: 'step-verified', step: step.path, ...answer })
    return answer.answer === 'holds' ? true : this.#fail(step)
  }

  async #verify(step: PlannedStep, operation: Operation, role: Role = 'verify'): Promise<Answer> {
    const { redact } = this.request
    const scope = this.#scope(step)
    let ending: Ending
    try {
      ending = await this.#perform(step, role, operation, prepareOperation(operation, this.#kind(operation), scope), scope)
    } catch (thrown) {
      return { answer: 'cannot-tell', message: redact.text(messageOf(thrown)), facts: {} }
    }
    if (ending.kind !== 'judged') return { answer: 'cannot-tell', message: redact.text(ending.message), facts: {} }
    const facts = redact.value(ending.facts) as Facts
    const answers = { pass: 'holds', fail: 'does-not-hold', error: 'cannot-tell' } as const
    return { answer: answers[ending.judgement.status], message: redact.text(ending.judgement.message), facts }
  }

  /** Goes back through what took or may have taken effect, the latest first, and stops at the first that cannot be taken back. */
  async back(): Promise<void> {
    const course = undoCourse(this.request.fold.record)
    for (const { path } of course.steps) {
      if (this.#isInterrupted) return void (await this.#interrupted())
      const isGoingOn = await this.#undo(this.#planned(path))
      if (!isGoingOn) return
    }
    if (this.#isInterrupted) return void (await this.#interrupted())
    const left = course.left.map(({ step, reason }) => `${step.path} (${reason})`)
    await this.#end('undone', exitCodes.runUndone, left.length === 0 ? 'everything that was done is undone' : `what can be undone is; as it was left: ${left.join(', ')}`)
  }

  async #undo(step: PlannedStep): Promise<boolean> {
    const { path } = step
    const { redact } = this.request
    const record = this.#record(path)
    const operation = step.definition.undo!
    const isOver = record.state === 'undo-failed' && operation.effect === 'once' && record.resolved?.as !== 'not-undone'
    if ((record.state === 'unknown' && record.undoAttempts > 0) || isOver) {
      await this.#end('undo-failed', exitCodes.outcomeUnknown, `nobody knows whether the undo of ${path} took effect: an operator must say so`)
      return false
    }
    const scope = this.#scope(step)
    const attempt = record.undoAttempts + 1
    const started = performance.now()
    let prepared: Prepared | undefined
    let problem = ''
    try {
      prepared = prepareOperation(operation, this.#kind(operation), scope)
    } catch (thrown) {
      problem = redact.text(messageOf(thrown))
    }
    await this.record({ type: 'undo-intent', step: path, attempt, action: prepared?.description.lines.map((line) => redact.text(line)) ?? [] })
    const result = prepared === undefined ? ({ state: 'undo-failed', message: problem, facts: {} } as const) : await this.#undoResult(step, operation, prepared, scope)
    await this.record({ type: 'undo-result', step: path, attempt, ...result, durationMs: Math.round(performance.now() - started) })
    if (result.state === 'undone') return true
    if (this.#isInterrupted) return this.#interrupted()
    if (result.state === 'unknown') await this.#end('undo-failed', exitCodes.outcomeUnknown, `nobody knows whether the undo of ${path} took effect (${result.message}): an operator must say so`)
    else if (result.state === 'cancelled') await this.#end('cancelled', exitCodes.runCancelled, `the undo of ${path}: ${result.message}`)
    else await this.#end('undo-failed', exitCodes.undoFailed, `${path} could not be undone: ${result.message}`)
    return false
  }

  async #undoResult(step: PlannedStep, operation: NonNullable<PlannedStep['definition']['undo']>, prepared: Prepared, scope: RunbookScope): Promise<Pick<JournalEventOf<'undo-result'>, 'state' | 'message' | 'facts'>> {
    const { redact } = this.request
    const ending = await this.#perform(step, 'undo', operation, prepared, scope)
    if (ending.kind === 'not-performed') return { state: 'undo-failed', message: redact.text(ending.message), facts: {} }
    if (ending.kind === 'unanswered') return { state: 'cancelled', message: redact.text(ending.message), facts: {} }
    if (ending.kind === 'indefinite') {
      const state = operation.effect === 'once' ? 'unknown' : ending.isInterrupted ? 'cancelled' : 'undo-failed'
      return { state, message: redact.text(ending.message), facts: {} }
    }
    const facts = redact.value(ending.facts) as Facts
    if (ending.judgement.status !== 'pass') return { state: 'undo-failed', message: redact.text(ending.judgement.message), facts }
    if (operation.verify === undefined) return { state: 'undone', message: '', facts }
    const answer = await this.#verify(step, operation.verify, 'undo-verify')
    if (answer.answer === 'holds') return { state: 'undone', message: '', facts }
    return { state: 'undo-failed', message: `it ended well, and its verification ${answer.answer === 'cannot-tell' ? 'cannot tell' : 'does not hold'}: ${answer.message}`, facts }
  }

  async #perform(step: PlannedStep, role: Role, operation: Operation, prepared: Prepared, scope: RunbookScope): Promise<Ending> {
    const isAsking = this.#kind(operation).asksPerson === true
    if (isAsking) this.request.onAsking?.(step.path, true)
    try {
      return await this.request.carryOut(step, role, operation, prepared, scope, this.request.signal)
    } finally {
      if (isAsking) this.request.onAsking?.(step.path, false)
    }
  }

  /** A flag or a typed confirmation; nothing else will do. */
  async #isApproved(step: PlannedStep, prepared: Prepared): Promise<boolean> {
    const { path, definition } = step
    const { approved, person, operator, onAsking, redact, signal } = this.request
    if (approved.has(path)) {
      await this.record({ type: 'step-approved', step: path, how: 'flag', operator })
      return true
    }
    const explain = [`${path}: ${definition.title}`, 'This step is destructive. It would do:', ...prepared.description.lines.map((line) => `  ${redact.text(line)}`)].join('\n')
    onAsking?.(path, true)
    try {
      const typed = await person.type({ ask: `type ${path} to go on, anything else to stop`, explain }, path, signal)
      if (typed === path) {
        await this.record({ type: 'step-approved', step: path, how: 'typed', operator })
        return true
      }
      await this.#end('cancelled', exitCodes.runCancelled, `${path} is destructive and was not approved`)
    } catch (thrown) {
      if (!(thrown instanceof UnansweredError)) throw thrown
      if (this.#isInterrupted) return await this.#interrupted()
      await this.#end('cancelled', exitCodes.runCancelled, `${path} is destructive and was not approved: ${messageOf(thrown)}; give --approve ${path} to approve it beforehand`)
    } finally {
      onAsking?.(path, false)
    }
    return false
  }

  async #failBefore(step: PlannedStep, problem: string): Promise<boolean> {
    const attempt = this.#record(step.path).attempts + 1
    await this.record({ type: 'step-intent', step: step.path, attempt, action: [] })
    await this.record({ type: 'step-result', step: step.path, attempt, state: 'failed', effect: 'none', message: this.request.redact.text(problem), facts: {}, outputs: {}, durationMs: 0 })
    return this.#fail(step)
  }

  /** The run ends here, or goes back where its runbook says so. */
  async #fail(step: PlannedStep): Promise<boolean> {
    const { fold, operator } = this.request
    const { message } = this.#record(step.path)
    const course = undoCourse(fold.record)
    if (fold.record.started.onFailure === 'undo' && course.steps.length > 0) {
      await this.record({ type: 'undo-started', reason: `${step.path} failed: ${message}`, operator })
      return false
    }
    await this.#end('failed', exitCodes.runFailed, `${step.path} failed: ${message}`)
    return false
  }

  async #interrupted(): Promise<boolean> {
    await this.#end('interrupted', this.request.interruptedBy() ?? exitCodes.interrupt, 'the run was interrupted')
    return false
  }

  async #complete(): Promise<void> {
    const steps = [...this.request.fold.record.steps.values()]
    const done = steps.filter((step) => step.state === 'done' || step.state === 'verified')
    const rest = steps.filter((step) => !done.includes(step) && step.state !== 'skipped')
    if (rest.length > 0) throw new Error(`the run does not add up: ${rest.map((step) => `${step.path} is ${step.state}`).join(', ')}`)
    if (done.length === 0) return this.#end('failed', exitCodes.runFailed, 'every step was skipped: nothing was done')
    const isManual = done.some((step) => step.isManual || step.resolved !== null)
    await this.#end(isManual ? 'completed-with-manual' : 'completed', exitCodes.go, '')
  }

  async #end(state: JournalEventOf<'run-ended'>['state'], exitCode: ExitCode, message: string): Promise<void> {
    await this.record({ type: 'run-ended', state, exitCode, message: this.request.redact.text(message) })
  }

  #kind(operation: Operation): StepKind {
    const kind = this.request.kinds.get(operation.action.kind)
    if (kind === undefined) throw new NotPerformedError(`there is no step kind ${operation.action.kind}`)
    return kind
  }

  #scope(step: PlannedStep): RunbookScope {
    return this.request.scopeOf(step, this.request.fold.record)
  }

  #planned(path: string): PlannedStep {
    return this.#steps.get(path)!
  }
}
