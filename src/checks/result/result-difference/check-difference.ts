import type { CheckResult, ResultDocument } from '../report.js'
import { greenStatuses, type Status } from '../../../base/vocabulary.js'

/** What became of a check between two runs, in the order in which it is reported. */
export const turns = [
  'newly-failing',
  'newly-unevaluated',
  'newly-blocked',
  'deselected',
  'vanished',
  'not-run',
  'still-red',
  'newly-waived',
  'newly-warned',
  'newly-not-applicable',
  'newly-green',
  'selected',
  'appeared',
] as const

export type Turn = (typeof turns)[number]

/** What a release must not do unseen: turn red, or be looked at no more. */
const worse: ReadonlySet<Turn> = new Set<Turn>([
  'newly-failing',
  'newly-unevaluated',
  'newly-blocked',
  'deselected',
  'vanished',
  'not-run',
])

export interface CheckDifference {
  readonly id: string
  readonly title: string
  readonly turn: Turn
  readonly isWorse: boolean
  /** `null` where the run has no outcome of it. */
  readonly from: Status | null
  readonly to: Status | null
  /** Of the later run, else of the earlier; empty for a pass. */
  readonly message: string
}

/** The checks of which the later run says something else, by how bad that is and then in the order of the report. */
export function checkDifferences(before: ResultDocument, after: ResultDocument): readonly CheckDifference[] {
  const [was, is] = [byId(before), byId(after)]
  const [deselectedBefore, deselectedAfter] = [
    new Set(before.run.selection.deselectedIds),
    new Set(after.run.selection.deselectedIds),
  ]
  const ids = new Set([...is.keys(), ...was.keys()])
  const differences = [...ids].flatMap((id) => {
    const [from, to] = [was.get(id), is.get(id)]
    const turn =
      to === undefined
        ? gone(deselectedAfter.has(id), after)
        : from === undefined
          ? come(to.status, deselectedBefore.has(id), before)
          : turned(from.status, to.status)
    if (turn === undefined) return []
    const { title, message } = (to ?? from)!
    return [{ id, title, turn, isWorse: worse.has(turn), from: from?.status ?? null, to: to?.status ?? null, message }]
  })
  return differences.toSorted((a, b) => turns.indexOf(a.turn) - turns.indexOf(b.turn))
}

export function byId({ checks }: ResultDocument): ReadonlyMap<string, CheckResult> {
  return new Map(checks.map((check) => [check.id, check]))
}

/** A run that did not end has no outcome of what it had not come to. */
function gone(isDeselected: boolean, { state }: ResultDocument): Turn {
  if (isDeselected) return 'deselected'
  return state === 'complete' ? 'vanished' : 'not-run'
}

function come(status: Status, wasDeselected: boolean, { state }: ResultDocument): Turn | undefined {
  if (!greenStatuses.has(status)) return redTurn(status)
  if (status === 'waived') return 'newly-waived'
  if (wasDeselected) return 'selected'
  return state === 'complete' ? 'appeared' : undefined
}

function turned(from: Status, to: Status): Turn | undefined {
  const [wasGreen, isGreen] = [greenStatuses.has(from), greenStatuses.has(to)]
  if (!wasGreen && !isGreen) return 'still-red'
  if (from === to) return undefined
  if (!isGreen) return redTurn(to)
  if (to === 'waived') return 'newly-waived'
  if (to === 'warn') return 'newly-warned'
  return to === 'not-applicable' ? 'newly-not-applicable' : 'newly-green'
}

function redTurn(status: Status): Turn {
  if (status === 'fail') return 'newly-failing'
  return status === 'blocked' ? 'newly-blocked' : 'newly-unevaluated'
}

/** Under what a run was made, where that differs: what is compared may not be comparable. */
export interface Circumstance {
  readonly what: string
  /** `null` where it is not known. */
  readonly from: string | null
  readonly to: string | null
}

export function circumstances(before: ResultDocument, after: ResultDocument): readonly Circumstance[] {
  const [was, is] = [circumstancesOf(before), circumstancesOf(after)]
  return Object.keys(is).flatMap((what) =>
    was[what] === is[what] ? [] : [{ what, from: was[what] ?? null, to: is[what] ?? null }],
  )
}

function circumstancesOf({ tool, run, state }: ResultDocument): Readonly<Record<string, string | null>> {
  const { git, lock, selection } = run
  return {
    state,
    profile: run.profile,
    deployment: run.deployment,
    definitions: run.definitionsDigest === '' ? null : run.definitionsDigest,
    selectors: selection.selectors.join(' '),
    stages: selection.stages.join(' '),
    skipped: selection.skipped.join(' '),
    lock:
      lock === undefined || lock === null
        ? null
        : `${lock.digest} (${lock.state === 'locked' ? 'kept' : 'another selection'})`,
    commit: git?.commit ?? null,
    'changed checkout': git === null ? null : git.dirty ? 'yes' : 'no',
    host: run.host,
    preflight: tool.version,
  }
}
