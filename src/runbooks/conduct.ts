import { eitherOf } from '../base/time/deadline.js'
import { messageOf, exitCodes, type ExitCode } from '../base/errors.js'
import type { Journal } from './record/journal-file.js'
import type { Operator } from '../processes/operator.js'
import type { Person } from '../engine/person.js'
import { RefusedLogins } from '../engine/refused-logins.js'
import type { RunFold, RunRecord } from './record/run-record.js'
import type { CheckRequest } from './definition/step-kind.js'
import { givesSecret } from './run/captured-outputs.js'
import { requirementsOfRun, type LookAtRequirements } from './requires/judge-requirements.js'
import { lookAt } from './requires/look-at.js'
import { carryOut } from './run/carry-out.js'
import type { RunbookRunRequest } from './run/runbook-run-request.js'
import { runRunbook, undoRunbook } from './run/go-back.js'
import { GuardedView } from '../engine/guarded-view.js'
import { createRunbookView } from './view/create-runbook-view.js'
import { alsoRedactErrorsWith } from '../redaction/error-redactor.js'
import { unmaskableNotices } from '../redaction/unmaskable-notice.js'
import { approvalContext } from './approve/approval-uses.js'
import { changedSinceApproval } from './approve/changed-since-approval.js'
import { ChangeWatch } from './plan/covered/changes-since.js'
import type { PreparedRunbook } from './prepare/prepare-runbook.js'
import { peersOfRun } from './peers-of-run.js'
import { sparingPeersOf } from '../engine/peers/peer-gate.js'
import { stateFolder } from '../base/files/state-folder.js'
import { judgeForStep } from './judge-for-step.js'
import type { RunbookTerminal } from './action-registry.js'

export interface Conduct {
  readonly gathered: PreparedRunbook
  readonly fold: RunFold
  readonly journal: Pick<Journal, 'append'>
  readonly folder: string
  readonly operator: Operator
  readonly person: Person
  readonly approved: readonly string[]
  /** Approval documents. */
  readonly approvals: readonly string[]
  readonly terminal: RunbookTerminal
  /** The state folder that was named, whose processes share the budgets of peers. */
  readonly state: string | undefined
  readonly interruption: { readonly signal: AbortSignal; exitCode(): ExitCode | undefined }
  /** Aborted when the lock is lost: from then on somebody else may work on the target. */
  readonly lockLost?: AbortSignal | undefined
  /** Instead of the real thing: practice. It asks the person that it is given. */
  readonly carryOut?: ((person: Person) => RunbookRunRequest['carryOut']) | undefined
  /** The same for what the runbook requires. */
  readonly lookAtRequirements?: ((person: Person) => LookAtRequirements) | undefined
}

/**
 * Continues a run whose journal begins with its start, and shows its progress: forward, or back with a reason.
 *
 * @throws JournalWriteError when an event could not be written
 */
export async function conduct(options: Conduct, back?: { readonly reason: string }): Promise<RunRecord> {
  const { gathered, fold, journal, terminal, interruption, lockLost } = options
  const redact = (text: string): string => gathered.redactor.text(text)
  alsoRedactErrorsWith(gathered.redactor)
  const view = await createRunbookView({
    title: gathered.runbook.title,
    steps: gathered.steps.map(({ path, definition, isAfterUndo = false }) => ({
      path,
      title: definition.title,
      isAfterUndo,
    })),
    recordOf: (path) => fold.step(path),
    stream: terminal.progress,
    mode: terminal.progressMode,
    colour: terminal.progressColour,
    redact,
  })
  const forget = terminal.atExit(() => view.abort())
  const guard = new GuardedView()
  const show = (event: Parameters<typeof view.onEvent>[0]): void => guard.tell(() => view.onEvent(event))
  const person = askedBeside(options.person, (type) => show({ type }))
  const either = lockLost === undefined ? undefined : eitherOf(interruption.signal, lockLost)
  const signal = either?.signal ?? interruption.signal
  const scopeOf = gathered.scopeOf(fold.record.started, options.folder)
  const watch = options.carryOut === undefined ? new ChangeWatch(gathered.things) : undefined
  const request: RunbookRunRequest = {
    steps: gathered.steps,
    kinds: gathered.kinds,
    environment: gathered.environment,
    fold,
    append: (event) => journal.append(event),
    scopeOf,
    carryOut:
      options.carryOut?.(person) ??
      reallyCarryOut({ ...options, person }, (step, text) => show({ type: 'output', step, text })),
    judgeRequirements: requirementsOfRun({
      steps: gathered.steps,
      fold,
      scopeOf,
      look:
        options.lookAtRequirements?.(person) ??
        ((all) => Promise.all(all.map((requirement) => lookAt(requirement, signal)))),
    }),
    changedAfter: (step) => watch?.after(step) ?? Promise.resolve([]),
    changedSinceApproval: (step) => changedSinceApproval(options, step),
    person,
    operator: options.operator,
    approved: new Set(options.approved),
    redact: gathered.redactor,
    secrets: gathered.secrets,
    signal,
    interruptedBy: () => interruption.exitCode() ?? (lockLost?.aborted === true ? exitCodes.locked : undefined),
    onEntry: (entry) => show({ type: 'journal', entry }),
  }
  try {
    const warn = (text: string): void => terminal.warn(redact(text))
    const peers = async () => {
      const { budgets, unknown } = await peersOfRun(gathered)
      unknown.forEach(warn)
      return { budgets, state: stateFolder(options.state), warn }
    }
    const run = () => (back === undefined ? runRunbook(request) : undoRunbook(request, back.reason))
    await (options.carryOut === undefined ? sparingPeersOf(peers, run) : run())
    if (interruption.signal.aborted) view.abort()
    else await view.finish()
    if (guard.failure !== undefined)
      terminal.warn(`the live view of the run failed (${messageOf(guard.failure)}); the run did not depend on it`)
    return fold.record
  } finally {
    view.abort()
    forget()
    either?.dispose()
  }
}

/** The same person, whom the view leaves the terminal to while they are asked. */
function askedBeside(person: Person, tell: (type: 'asking' | 'answered') => void): Person {
  const beside = async (ask: () => Promise<string>): Promise<string> => {
    tell('asking')
    try {
      return await ask()
    } finally {
      tell('answered')
    }
  }
  return {
    type: (question, expected, signal) => beside(() => person.type(question, expected, signal)),
    line: (question, signal) => beside(() => person.line(question, signal)),
    pick: (question, options, signal) => beside(() => person.pick(question, options, signal)),
    secret: (question, signal) => beside(() => person.secret(question, signal)),
  }
}

export function reallyCarryOut(
  options: Conduct,
  output: (step: string, text: string) => void,
): RunbookRunRequest['carryOut'] {
  const { gathered, fold, operator, person, approvals } = options
  const reported = [...gathered.redactor.unmaskable]
  const refused = new Map<string, RefusedLogins>()
  /** By one step, however often it is tried: another step may have changed what refused it. */
  const refusedBy = (path: string): RefusedLogins => {
    const known = refused.get(path) ?? new RefusedLogins()
    refused.set(path, known)
    return known
  }
  const { started } = fold.record
  return (step, role, operation, prepared, scope, signal) => {
    const { path, definition, frame } = step
    // What it is about to capture is not known yet, and so cannot be masked.
    const isHidden = role === 'step' && givesSecret(definition)
    const sharedContext = {
      environment: gathered.environment,
      folder: frame.runbook.folder,
      step: { path, title: definition.title, effect: operation.effect, isRepeated: fold.step(path).attempts > 1 },
      run: { ...scope.run, planHash: started.planHash, startedBy: started.operator, startedWith: started.startedWith },
      operator,
      person,
      approvals,
      approval: approvalContext(options, path),
      idempotencyKey: `${started.run}/${path}${role === 'step' ? '' : `/${role}`}`,
      output: (text: string) => (isHidden ? undefined : output(path, text)),
      check: (request: CheckRequest, checkSignal: AbortSignal) =>
        judgeForStep(
          gathered,
          request,
          {
            signal: checkSignal,
            state: options.state,
            refusedLogins: refusedBy(path),
            warn: (text) => output(path, `${text}\n`),
          },
          ({ redactor }) => {
            for (const notice of unmaskableNotices(redactor, reported)) output(path, `${notice}\n`)
            reported.push(...redactor.unmaskable)
          },
        ),
    }
    return carryOut(operation, gathered.kinds.get(operation.action.kind)!, prepared, scope, sharedContext, signal)
  }
}
