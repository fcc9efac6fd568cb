import { coveredDifferences, coveredName, inOrder, type CoveredDifference, type CoveredKind } from '../covered.js'
import type { PlannedStep } from '../runbook-plan.js'
import type { RunRecord } from '../../record/run-record.js'
import type { StepRecord } from '../../record/step-record.js'
import type { Gathered } from '../../prepare/prepare-runbook.js'

/** What must be as it was at the start: the run is another one otherwise. */
const fixed: ReadonlySet<CoveredKind> = new Set<CoveredKind>([
  'working_folder',
  'runbook',
  'runbook_root',
  'parameter',
  'packs',
  'input',
  'lock',
  'profile',
])

/** What matters only as long as a step that judges checks is still to come. */
const ofChecks: ReadonlySet<CoveredKind> = new Set<CoveredKind>([
  'packs',
  'input',
  'lock',
  'profile',
  'waivers',
  'waiver_signers',
])

/** What follows from the others: told of only as those. */
const derived: ReadonlySet<CoveredKind> = new Set<CoveredKind>(['target', 'selection', 'step'])

const settled: ReadonlySet<StepRecord['state']> = new Set<StepRecord['state']>([
  'done',
  'verified',
  'skipped',
  'undone',
])

/** A change that a run was not told of. */
export interface SinceChange extends CoveredDifference {
  /** `environment_file:/srv/bus/.env` */
  readonly id: string
  /** For a change that was seen during the run: the step at whose end, which does not say that it makes it. */
  readonly seenAfter: string | undefined
}

/** What changed since the last step of a run that is on record. */
export interface ChangesSince {
  /** With these the run is another one. */
  readonly refused: readonly SinceChange[]
  /** These must be accepted. */
  readonly open: readonly SinceChange[]
  /** These a step makes that was cut off, or that a person did meanwhile. */
  readonly declared: readonly SinceChange[]
}

/**
 * Compares what decides a run now with what its journal saw last.
 *
 * @returns `undefined` when the journal is one of an earlier version, which does not say
 */
export function changesSince(
  record: RunRecord,
  { plan, steps, kinds }: Pick<Gathered, 'plan' | 'steps' | 'kinds'>,
): ChangesSince | undefined {
  const { entries, unexplained } = record.covered
  if (entries === undefined) return undefined
  const isJudging = steps.some(
    (step) => !settled.has(record.steps.get(step.path)?.state ?? 'pending') && judgesChecks(step, kinds),
  )
  const differences = coveredDifferences(entries, plan.covers)
    .filter(
      ({ kind, before }) =>
        !derived.has(kind) &&
        !(kind === 'working_folder' && before === undefined) &&
        (isJudging || !ofChecks.has(kind)),
    )
    .map((difference): SinceChange => ({ ...difference, id: coveredName(difference), seenAfter: undefined }))
  const seen = unexplained
    .filter(
      ({ entry }) =>
        (isJudging || !ofChecks.has(entry.kind)) && !differences.some(({ id }) => id === coveredName(entry)),
    )
    .map(({ entry, step }): SinceChange => ({
      kind: entry.kind,
      name: entry.name,
      id: coveredName(entry),
      before: undefined,
      now: entry,
      seenAfter: step,
    }))
  const declared = declaredBy(record, steps)
  const isFixed = ({ kind }: SinceChange): boolean => fixed.has(kind)
  const isDeclared = ({ kind, seenAfter }: SinceChange): boolean => seenAfter === undefined && declared.has(kind)
  const rest = differences.filter((change) => !isFixed(change))
  return {
    refused: differences.filter(isFixed),
    open: [...rest.filter((change) => !isDeclared(change)), ...seen].sort(inOrder),
    declared: rest.filter(isDeclared),
  }
}

function judgesChecks({ definition: { action, verify, undo } }: PlannedStep, kinds: Gathered['kinds']): boolean {
  return [action, ...[verify, undo, undo?.verify].flatMap((operation) => operation?.action ?? [])].some(
    ({ kind }) => kinds.get(kind)?.judgesChecks === true,
  )
}

/** What is changed by steps of which nobody saw the end, and by one that a person says they did after all others. */
function declaredBy(record: RunRecord, steps: readonly PlannedStep[]): ReadonlySet<CoveredKind> {
  const lastEnd = [...record.steps.values()]
    .map(({ endedAt }) => endedAt)
    .sort()
    .at(-1)
  return new Set(
    steps.flatMap(({ path, definition }): readonly CoveredKind[] => {
      const step = record.steps.get(path)
      const isDoneByHand = step?.resolved?.as === 'done' && step.endedAt === lastEnd
      return step?.isOpen === true || step?.isUndoOpen === true || isDoneByHand ? [...definition.changes, 'file'] : []
    }),
  )
}
