import { messageOf } from '../../base/errors.js'
import { type Operation, needsApproval } from '../definition/runbook-definition.js'
import { summaryOf } from '../record/message-lines.js'
import type { PlannedStep } from '../plan/runbook-plan.js'
import { whyUnapproved } from './ask-approval.js'
import type { RunInProgress } from './run-in-progress.js'
import type { PreparedStep } from './carry-out.js'
import { nextMove } from './decision.js'
import { tryStep } from './step-attempt.js'

/** Why a step cannot have a secret that it needs. */
export type Unrecalled =
  /** The step that captures one was carried out again and did not end well. */
  | { readonly kind: 'failed'; readonly step: PlannedStep; readonly message: string }
  /** The step that captured one must not be carried out again. */
  | { readonly kind: 'lost'; readonly message: string }

type Recalled =
  | Unrecalled
  | { readonly kind: 'there' }
  | { readonly kind: 'interrupted' }
  /** An approval was not given. */
  | { readonly kind: 'refused'; readonly message: string }

interface Missing {
  readonly name: string
  /** The step that captured it, in a process that has ended. */
  readonly from: PlannedStep
}

/**
 * Secret outputs live in memory, so that after a resume they are gone: the steps that captured those which a step's
 * operations use are carried out again, where that may be done.
 */
export async function recallSecrets(
  run: RunInProgress,
  step: PlannedStep,
  operations: readonly (Operation | undefined)[],
  isToCapture = hasYetToCapture(run, step),
): Promise<Recalled> {
  for (const missing of missingSecrets(run, step, operations, isToCapture)) {
    // An earlier one may have been captured by the same step.
    if (run.request.secrets.has(missing.from.path, missing.name)) continue
    const recalled = await repeat(run, step, missing)
    if (recalled.kind !== 'there') return recalled
  }
  return { kind: 'there' }
}

/** Carries out again the step that captured a secret, with its verification. */
async function repeat(run: RunInProgress, step: PlannedStep, missing: Missing): Promise<Recalled> {
  const { name, from } = missing
  const { definition, path } = from
  const lost = (problem: string): Recalled => ({ kind: 'lost', message: lostMessage(run, step, missing, problem) })
  const failed = (message: string): Recalled => ({
    kind: 'failed',
    step: from,
    message: `${path} had to be repeated, since it gives the secret ${name}: ${summaryOf(message)}`,
  })
  const problem = whyLost(run, from)
  if (problem !== undefined) return lost(problem)
  const before = await recallSecrets(run, from, [definition, definition.verify], true)
  if (before.kind !== 'there') return before
  const scope = run.scope(from)
  let prepared: PreparedStep
  try {
    prepared = run.prepare(definition, scope)
  } catch (thrown) {
    return lost(`${path} cannot be repeated (${summaryOf(messageOf(thrown))})`)
  }
  const unapproved = needsApproval(definition) ? await whyUnapproved(run, from, prepared) : undefined
  if (run.isInterrupted) return { kind: 'interrupted' }
  if (unapproved !== undefined) return { kind: 'refused', message: unapproved }
  const { written } = await tryStep(run, from, prepared, scope)
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the step may have been interrupted
  if (run.isInterrupted) return { kind: 'interrupted' }
  if (written.state !== 'done') return failed(written.message)
  if (definition.verify === undefined) return { kind: 'there' }
  const answer = await run.verify(from, definition.verify, 'verify')
  await run.record({ type: 'step-verified', step: path, ...answer })
  return answer.answer === 'holds' ? { kind: 'there' } : failed(answer.message)
}

/**
 * Why the rest of a run cannot be carried out: a step that is still to come uses a secret that is gone and cannot be
 * had again.
 *
 * @returns `undefined` when it can
 */
export function lostSecret(run: RunInProgress, steps: readonly PlannedStep[]): string | undefined {
  const { record } = run.request.fold
  for (const step of steps) {
    const { move } = nextMove(step, run.step(step.path), record.steps)
    if (move === 'pass' || move === 'skip') continue
    const { definition } = step
    const operations = move === 'confirm' ? [definition.verify] : [definition, definition.verify]
    for (const missing of missingSecrets(run, step, operations, hasYetToCapture(run, step))) {
      const problem = whyLost(run, missing.from)
      if (problem !== undefined) return lostMessage(run, step, missing, problem)
    }
  }
  return undefined
}

function missingSecrets(
  run: RunInProgress,
  step: PlannedStep,
  operations: readonly (Operation | undefined)[],
  isToCapture: boolean,
): readonly Missing[] {
  const { steps, secrets } = run.request
  const names = new Set(operations.flatMap((operation) => operation?.action.secrets ?? []))
  return [...names].flatMap((name): readonly Missing[] => {
    const capturing = steps.filter(
      ({ frame, definition, path }) =>
        frame === step.frame &&
        definition.capture.some((capture) => capture.name === name && capture.type === 'secret') &&
        run.step(path).attempts > 0 &&
        run.step(path).state !== 'skipped',
    )
    const isThere = capturing.some(({ path }) => secrets.has(path, name))
    const [from] = capturing
    const isOwn = from === step && isToCapture
    // A step cannot need what it has yet to capture, and what was never captured is the expression's own mistake.
    return isThere || from === undefined || isOwn ? [] : [{ name, from }]
  })
}

/** Whether a step will be carried out before anything uses what it captures. */
function hasYetToCapture(run: RunInProgress, { path }: PlannedStep): boolean {
  return run.request.fold.record.direction === 'forward' && !['done', 'verified'].includes(run.step(path).state)
}

function whyLost(run: RunInProgress, { path, definition }: PlannedStep): string | undefined {
  if (run.step(path).state === 'undone') return `${path} was undone since`
  return definition.effect === 'once' ? `${path} must happen at most once, so it is not repeated` : undefined
}

function lostMessage(run: RunInProgress, step: PlannedStep, { name, from }: Missing, problem: string): string {
  const what = `${step.path} needs the secret ${name}, which ${from.path} captured in a process that has ended; ${problem}`
  if (run.request.fold.record.direction === 'forward')
    return `${what}: nothing was done; undo the run and start a new one`
  return step.isAfterUndo === true
    ? `${what}: do it by hand, then resolve ${step.path} as done`
    : `${what}: undo ${step.path} by hand, then resolve it as undone`
}
