import {
  coveredDifferences,
  coveredName,
  coveredInOrder,
  type CoveredDifference,
  type CoveredKind,
  onlyNamed,
  type CoveredEntry,
  type ChangedEntry,
} from '../covered.js'
import { isSameInputName } from '../../../checks/input-names.js'
import type { PlannedStep } from '../runbook-plan.js'
import type { RunRecord } from '../../record/run-record.js'
import type { StepRecord } from '../../record/step-record.js'
import type { PreparedRunbook } from '../../prepare/prepare-runbook.js'
import { isDeepStrictEqual } from 'node:util'
import type { CoveredThing } from './file-digests.js'

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

/** What follows from the others: reported only as those. */
const derived: ReadonlySet<CoveredKind> = new Set<CoveredKind>(['target', 'selection', 'step'])

const settled: ReadonlySet<StepRecord['state']> = new Set<StepRecord['state']>([
  'done',
  'verified',
  'skipped',
  'undone',
])

/** A change since the last step of a run. */
export interface SinceChange extends CoveredDifference {
  /** `environment_file:/srv/bus/.env` */
  readonly id: string
  /** For a change that was seen during the run: the step at whose end, which does not say that it makes it. */
  readonly seenAfter: string | undefined
}

/** What changed since the last step of a run that is on record. */
interface ChangesSince {
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
  { plan, steps, kinds }: Pick<PreparedRunbook, 'plan' | 'steps' | 'kinds'>,
): ChangesSince | undefined {
  const { entries, unexplained } = record.covered
  if (entries === undefined) return undefined
  const isJudging = steps.some(
    (step) => !settled.has(record.steps.get(step.path)?.state ?? 'pending') && judgesChecks(step, kinds),
  )
  const differences = coveredDifferences(inFullNames(entries, plan.covers), plan.covers)
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
    open: [...rest.filter((change) => !isDeclared(change)), ...seen].sort(coveredInOrder),
    declared: rest.filter(isDeclared),
  }
}

/** Entries of a run that an earlier version started, which names inputs without their system. */
function inFullNames(entries: readonly CoveredEntry[], now: readonly CoveredEntry[]): readonly CoveredEntry[] {
  return entries.map((entry) => {
    const isSame = ({ kind, name }: CoveredEntry): boolean => kind === 'input' && isSameInputName(name, entry.name)
    const [current, another] = entry.kind === 'input' ? now.filter(isSame) : []
    return current === undefined || another !== undefined ? entry : { ...entry, name: current.name }
  })
}

function judgesChecks({ definition: { action, verify, undo } }: PlannedStep, kinds: PreparedRunbook['kinds']): boolean {
  return [action, ...[verify, undo, undo?.verify].flatMap((operation) => operation?.action ?? [])].some(
    ({ kind }) => kinds.get(kind)?.judgesChecks === true,
  )
}

/** What is changed by steps whose end is unknown, and by one that a person says they did after all others. */
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

/** One line for each thing that differs: what it is called, what it was and is, as far as anybody may see it. */
export function changeLines(
  changes: readonly (CoveredDifference & { readonly seenAfter?: string | undefined })[],
): readonly string[] {
  return changes.map((change) => `  ${changeText(change)}`)
}

function changeText({
  kind,
  name,
  before,
  now,
  seenAfter,
}: CoveredDifference & { readonly seenAfter?: string | undefined }): string {
  const id = `${kind}:${name}`
  if (seenAfter !== undefined) return `${id} changed while the step ${seenAfter} ran, which does not declare it`
  if (before === undefined) return onlyNamed.has(kind) ? `${id} is new` : `${id} is new: ${stateText(now!)}`
  if (now === undefined) return `${id} was removed`
  if (before.digest === null || now.digest === null || before.detail === now.detail)
    return `${id} was ${digestText(before)}, is ${digestText(now)}`
  return `${id} was ${stateText(before)}, is ${stateText(now)}`
}

function stateText(entry: CoveredEntry): string {
  return entry.detail === undefined
    ? digestText(entry)
    : entry.kind === 'program'
      ? `${entry.detail} (${digestText(entry)})`
      : JSON.stringify(entry.detail)
}

/** Enough of a digest to tell two apart. */
function digestText({ digest }: CoveredEntry): string {
  return digest === null ? 'missing' : digest.replace(/^scrypt:/, '').slice(0, 12)
}

/** Looks, at the end of each step, at what decides the rest of a run and can change meanwhile. */
export class ChangeWatch {
  readonly #things: readonly CoveredThing[]
  readonly #last: Map<string, CoveredEntry>

  constructor(things: readonly CoveredThing[]) {
    this.#things = things.filter(({ look }) => look !== undefined)
    this.#last = new Map(this.#things.map(({ entry }) => [coveredName(entry), entry]))
  }

  /** What is another thing than at the last look. A file whose state the system says is the same is not read. */
  async after({ definition }: Pick<PlannedStep, 'definition'>): Promise<readonly ChangedEntry[]> {
    const entries = await Promise.all(this.#things.map(({ look }) => look!()))
    return entries.flatMap((entry): ChangedEntry[] => {
      const name = coveredName(entry)
      if (isDeepStrictEqual(this.#last.get(name), entry)) return []
      this.#last.set(name, entry)
      return [{ ...entry, expected: isExpected(entry, definition) }]
    })
  }
}

/** A file that no environment is read from is what steps work on: any of them may change it without saying so. */
function isExpected({ kind }: CoveredEntry, { changes }: PlannedStep['definition']): boolean {
  return kind === 'file' || changes.some((each) => each === kind)
}
