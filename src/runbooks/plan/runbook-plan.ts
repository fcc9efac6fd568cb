import type { CoveredEntry } from './covered.js'
import type { RequirementKind } from '../definition/requirement-definition.js'
import type { RunbookDefinition, StepDefinition } from '../definition/runbook-definition.js'
import { UsageError, codeOf, messageOf, OutputError } from '../../base/errors.js'
import { open } from 'node:fs/promises'

/** A runbook in its place: the one that is run, or one that it includes. */
export interface StepFrame {
  readonly runbook: RunbookDefinition
  /** Path of the step that includes it; empty for the one that is run. */
  readonly path: string
  readonly parent: StepFrame | undefined
}

/** A step that belongs to the group of another: of an included runbook, or of an alternative that must be chosen. */
export interface Group {
  readonly path: string
  /** For an alternative: its name. */
  readonly alternative: string | undefined
}

/** A step in its place in a run: included runbooks and alternatives are spread out. */
export interface PlannedStep {
  /** Ids joined by `/`: `restart`, `how/systemd/restart`. Unique in the run. */
  readonly path: string
  readonly definition: StepDefinition
  readonly frame: StepFrame
  /** The groups it is in, outermost first: skipped with any of them. */
  readonly groups: readonly Group[]
  /** It runs when an undo has ended, and at no other time. */
  readonly isAfterUndo?: boolean
}

/** What a step would do, as far as it is known before the run. */
export interface PlannedAction {
  readonly kind: string
  readonly lines: readonly string[]
  readonly addresses: readonly string[]
  readonly effect: string
  readonly timeoutMs: number | null
  readonly expect: readonly string[]
}

/** What an approve step approves. */
export interface StepApproval {
  readonly digest: string
  /** Paths of the steps that it is for. */
  readonly covers: readonly string[]
}

/** Something that the run requires. */
export interface PlanRequirement {
  readonly kind: RequirementKind
  /** As it is written, where a value is not known yet. */
  readonly name: string
  /** Paths of the steps that need it; empty: all of them. */
  readonly neededBy: readonly string[]
  /** Path of the step that is reached when it is judged; `null`: at the start. */
  readonly judgedBefore: string | null
  /** What the plan found; `not-judged` for what only the run can look at. */
  readonly now: 'holds' | 'missing' | 'not-judged'
  /** What is wrong; empty where nothing is known to be. */
  readonly found: string
  readonly fix: string
}

/** The plan of a run, for people, for `--format json`, and for its hash. */
export interface RunbookPlanDocument {
  readonly schemaVersion: 1
  readonly runbook: string
  readonly title: string
  /** Its steps are the items of a checklist; left out for every other runbook. */
  readonly checklist?: true
  readonly hash: string
  readonly target: string
  /** Secret ones without their value. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly files: readonly { readonly path: string; readonly sha256: string | null }[]
  readonly checksDigest: string | null
  /** All that decides what the run does, each with its digest: the hash is over these. */
  readonly covers: readonly CoveredEntry[]
  /** What decides as well and is not covered, a sentence each. */
  readonly notCovered: readonly string[]
  /** What must be there before the first step, as far as it can be known without talking to anybody. */
  readonly requires: readonly PlanRequirement[]
  readonly steps: readonly {
    readonly path: string
    readonly title: string
    readonly action: PlannedAction
    readonly when: string | null
    readonly groups: readonly string[]
    readonly destructive: boolean
    /** A runbook that is an item of a checklist, approved before it is carried out; left out for every other step. */
    readonly asksFirst?: true
    readonly pointOfNoReturn: boolean
    /** It runs when an undo has ended; left out for every other step. */
    readonly isAfterUndo?: true
    /** It changes something, and it cannot be undone. */
    readonly irreversible: boolean
    readonly verify: PlannedAction | null
    readonly undo: PlannedAction | null
    /** Of an approve step; else `null`. */
    readonly approval: StepApproval | null
  }[]
}

const most = 10_000

/**
 * Spreads a runbook out into the steps of a run: included runbooks and alternatives are behind the step that holds
 * them, their paths below its path. Behind all of them are the steps that run after an undo: those of the runbook that
 * is included last first, those of the runbook itself last.
 *
 * @throws UsageError for more than 10,000 steps
 */
export function spreadRunbook(
  runbook: RunbookDefinition,
  all: ReadonlyMap<string, RunbookDefinition>,
): readonly PlannedStep[] {
  const planned: PlannedStep[] = []
  const frames: Pick<PlannedStep, 'frame' | 'groups'>[] = []
  const plan = (step: PlannedStep): void => {
    if (planned.length >= most)
      throw new UsageError(`${runbook.id} has more than ${most} steps, including those of the runbooks it includes`)
    planned.push(step)
  }
  const add = (steps: readonly StepDefinition[], prefix: string, frame: StepFrame, groups: readonly Group[]): void => {
    for (const definition of steps) {
      const path = `${prefix}${definition.id}`
      plan({ path, definition, frame, groups })
      for (const { name, steps: alternative } of definition.alternatives)
        add(alternative, `${path}/${name}/`, frame, [...groups, { path, alternative: name }])
      const other = definition.includes === undefined ? undefined : all.get(definition.includes)
      if (other !== undefined)
        enter({ runbook: other, path, parent: frame }, `${path}/`, [...groups, { path, alternative: undefined }])
    }
  }
  const enter = (frame: StepFrame, prefix: string, groups: readonly Group[]): void => {
    frames.push({ frame, groups })
    add(frame.runbook.steps, prefix, frame, groups)
  }
  enter({ runbook, path: '', parent: undefined }, '', [])
  for (const { frame, groups } of frames.reverse()) {
    const prefix = frame.path === '' ? '' : `${frame.path}/`
    for (const definition of frame.runbook.afterUndo)
      plan({ path: `${prefix}after-undo/${definition.id}`, definition, frame, groups, isAfterUndo: true })
  }
  return planned
}

/**
 * Saves a plan in a new file: nothing that is there is written over, least of all what the plan is about.
 *
 * @throws UsageError when something is there already; OutputError when it cannot be written
 */
export async function savePlan(path: string, text: string): Promise<void> {
  try {
    const handle = await open(path, 'wx', 0o644)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new UsageError(`${path} already exists`, {
        hint: 'a plan is never overwritten: name another file, or remove it',
      })
    throw new OutputError(`the plan could not be written to ${path}: ${messageOf(error)}`, { cause: error })
  }
}
