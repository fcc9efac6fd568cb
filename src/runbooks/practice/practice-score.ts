import type { PlannedStep } from '../plan/runbook-plan.js'
import type { RunRecord } from '../record/run-record.js'

/** What a practice exercised, of what there is to exercise. */
export interface PracticeScore {
  readonly undone: readonly string[]
  /** Steps whose undo was not tried. */
  readonly notUndone: readonly string[]
  /**
   * Steps at which somebody or something had to decide: a choice, a person, an approval, a verification, an operator's
   * word.
   */
  readonly decided: readonly string[]
  readonly notDecided: readonly string[]
}

/** Scores a run by its record. Pure. */
export function scoreOf(record: RunRecord, steps: readonly PlannedStep[]): PracticeScore {
  const undoable = steps.filter(({ definition }) => definition.undo !== undefined).map(({ path }) => path)
  const deciding = steps.filter((step) => isDecision(step, record)).map(({ path }) => path)
  const isTried = (path: string): boolean => record.steps.get(path)!.undoAttempts > 0
  const isDecided = (path: string): boolean => {
    const { attempts, verified, approvedBy, resolved } = record.steps.get(path)!
    return attempts > 0 || verified !== null || approvedBy !== null || resolved !== null
  }
  return {
    undone: undoable.filter(isTried),
    notUndone: undoable.filter((path) => !isTried(path)),
    decided: deciding.filter(isDecided),
    notDecided: deciding.filter((path) => !isDecided(path)),
  }
}

function isDecision({ path, definition }: PlannedStep, record: RunRecord): boolean {
  const step = record.steps.get(path)!
  return (
    step.isManual ||
    definition.destructive ||
    definition.verify !== undefined ||
    definition.alternatives.length > 0 ||
    definition.when !== undefined ||
    step.resolved !== null
  )
}
