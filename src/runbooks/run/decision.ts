import type { PlannedStep } from '../plan/runbook-plan.js'
import type { RunRecord } from '../record/run-record.js'
import type { StepRecord } from '../record/step-record.js'

/** What is to be done about a step when its turn comes. */
type Move =
  /** Nothing: it is settled. */
  | { readonly move: 'pass' }
  | { readonly move: 'skip'; readonly reason: string }
  | { readonly move: 'carry-out' }
  /** Unknown whether it took effect; its verification may show it. */
  | { readonly move: 'verify' }
  /** It was done, and its verification is still to come. */
  | { readonly move: 'confirm' }
  /** Unknown: only an operator can say. */
  | { readonly move: 'ask-operator' }

const settled: ReadonlySet<string> = new Set(['done', 'verified', 'skipped', 'undone'])

/**
 * Decides from the record alone what to do about a step. Pure. What must happen at most once and may have happened is
 * never carried out again here: its verification decides, and without one the operator.
 */
export function nextMove({ definition, groups }: PlannedStep, step: StepRecord, steps: RunRecord['steps']): Move {
  if (step.state === 'done' && definition.verify !== undefined && step.verified === null && step.resolved === null)
    return { move: 'confirm' }
  if (settled.has(step.state)) return { move: 'pass' }
  const reason = groups.map((group) => reasonToSkip(group, steps)).find((each) => each !== undefined)
  if (reason !== undefined) return { move: 'skip', reason }
  const mayHaveHappened = step.effect === 'once' && !step.isManual && step.mayHaveEffect
  if (step.state === 'unknown' || (step.state === 'failed' && mayHaveHappened))
    return { move: definition.verify === undefined ? 'ask-operator' : 'verify' }
  return { move: 'carry-out' }
}

function reasonToSkip(
  { path, alternative }: PlannedStep['groups'][number],
  steps: RunRecord['steps'],
): string | undefined {
  const head = steps.get(path)
  if (head?.state === 'skipped') return head.message
  if (alternative === undefined) return undefined
  const choice = head?.facts['choice']
  return choice === alternative ? undefined : `${String(choice)} was chosen`
}

/** What an undo would go back through. */
interface UndoCourse {
  /** Latest first: steps that took or may have taken effect, and can be taken back. */
  readonly steps: readonly StepRecord[]
  /** Steps that may have taken effect and stay as they are, with the reason. */
  readonly left: readonly { readonly step: StepRecord; readonly reason: string }[]
}

/** The way back from the current state of a run: the latest effect first, never past a point of no return. Pure. */
export function undoCourse({ course, steps }: Pick<RunRecord, 'course' | 'steps'>): UndoCourse {
  const done = [...course]
    .reverse()
    .flatMap((path) => steps.get(path) ?? [])
    .filter((step) => step.mayHaveEffect && step.isAfterUndo !== true)
  const barrier = done.findIndex((step) => step.pointOfNoReturn)
  const within = barrier === -1 ? done : done.slice(0, barrier)
  const beyond = barrier === -1 ? [] : done.slice(barrier)
  return {
    steps: within.filter((step) => step.undo !== null),
    left: [
      ...within.filter((step) => step.undo === null).map((step) => ({ step, reason: 'it has no undo' })),
      ...beyond.map((step) => ({
        step,
        reason: step.pointOfNoReturn ? 'it is a point of no return' : `${done[barrier]!.path} is a point of no return`,
      })),
    ],
  }
}
